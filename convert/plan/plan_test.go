package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/table"
	"batchreport/schema"
)

func TestTasks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		sizes []int64
		size  int64
		want  [][]int64
	}{
		{"none", nil, 10, nil},
		{"one", []int64{5}, 10, [][]int64{{5}}},
		{"together", []int64{5, 5}, 10, [][]int64{{5, 5}}},
		{"one byte more", []int64{5, 6}, 10, [][]int64{{5}, {6}}},
		{"balanced", []int64{4, 4, 4, 4, 4, 4}, 20, [][]int64{{4, 4, 4}, {4, 4, 4}}},
		{"larger than a task", []int64{50, 1, 50, 1, 1}, 10, [][]int64{{50}, {1}, {50}, {1, 1}}},
		{"a large one last", []int64{1, 1, 1, 1, 96}, 50, [][]int64{{1, 1, 1, 1}, {96}}},
		{"empty files", []int64{0, 0, 10, 0, 1}, 10, [][]int64{{0, 0, 10}, {0, 1}}},
		{"only empty files", []int64{0, 0}, 10, [][]int64{{0, 0}}},
		{"size not known", []int64{-1}, 10, [][]int64{{-1}}},
		{"20 TB by the byte", []int64{20e12, 1}, 1, [][]int64{{20e12}, {1}}},
		{"each its own", []int64{1, 1, 1}, 1, [][]int64{{1}, {1}, {1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var files []File
			for i, size := range tt.sizes {
				files = append(files, File{Name: fmt.Sprint(i), Size: size})
			}
			var got [][]int64
			var all []File
			for i, task := range TasksOf(files, tt.size) {
				if task.Index != i {
					t.Errorf("task %d has index %d", i, task.Index)
				}
				var sizes []int64
				mine := files[task.First : task.First+task.Files]
				for _, f := range mine {
					sizes = append(sizes, f.Size)
				}
				got = append(got, sizes)
				all = append(all, mine...)
			}
			if !reflect.DeepEqual(got, tt.want) || !slices.Equal(all, files) {
				t.Errorf("tasks are %v; want %v", got, tt.want)
			}
		})
	}
}

// planJob is a job with all that a job can have.
func planJob() Job {
	id, created := reporttest.JobA, time.Date(2025, 1, 2, 3, 4, 5, 678901234, time.UTC)
	return Job{Name: id, ID: &id, ReportCreatedAt: &created, Files: []File{
		{Name: "in/results/1.csv", Key: "r/job/results/1.csv", Status: reporttest.StatusSucceeded, Size: 10, MD5: "0cc175b9c0f1b6a831c399e269772661"},
		{Name: "in/results/2.csv", Key: "r/job/results/2.csv", Status: reporttest.StatusFailed, Size: 20, MD5: "92eb5ffee6ae2fec3ad71c777531578f"},
	}}
}

// The fingerprint tells whether the bytes of the parts would be others: it is to
// know every option that decides about them, and no other.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	change := func(f func(o *table.Spec)) func(*Job, *table.Spec) { return func(_ *Job, o *table.Spec) { f(o) } }
	tests := []struct {
		name    string
		change  func(j *Job, o *table.Spec)
		changes bool
	}{
		{"columns", change(func(o *table.Spec) { o.Columns = []schema.Column{schema.Key, schema.ResultJSON, schema.ResultKind} }), true},
		{"no partitions", change(func(o *table.Spec) { o.PartitionBy = []schema.Column{} }), true},
		{"partitions", change(func(o *table.Spec) { o.PartitionBy = []schema.Column{schema.TaskStatus, schema.JobID} }), true},
		{"partition columns", change(func(o *table.Spec) { o.WritePartitionColumns = true }), true},
		{"null partition", change(func(o *table.Spec) { o.NullPartition = "none" }), true},
		{"key encoding", change(func(o *table.Spec) { o.KeyEncoding = schema.NoEncoding }), true},
		{"raw message", change(func(o *table.Spec) { o.RawMessage = table.RawDrop }), true},
		{"format", change(func(o *table.Spec) { o.Format = table.NDJSON }), true},
		{"compression", change(func(o *table.Spec) { o.Compression = table.Gzip }), true},
		{"level", change(func(o *table.Spec) { o.Level = 2 }), true},
		{"target file size", change(func(o *table.Spec) { o.TargetFileSize = 1 }), true},
		{"task size", change(func(o *table.Spec) { o.TaskSize = 1 }), true},
		{"max record bytes", change(func(o *table.Spec) { o.MaxRecordBytes = 1 << 20 }), true},
		{"max open parts", change(func(o *table.Spec) { o.MaxOpenParts = 1 }), true},
		{"bloom", change(func(o *table.Spec) { o.Bloom = []string{"key"} }), true},
		{"sort by", change(func(o *table.Spec) { o.SortBy = []string{"key", "etag"} }), true},
		{"order of sort by", change(func(o *table.Spec) { o.SortBy = []string{"etag", "key"} }), true},
		{"job id", func(j *Job, _ *table.Spec) { j.ID = nil }, true},
		{"report created at", func(j *Job, _ *table.Spec) { j.ReportCreatedAt = nil }, true},
		{"files", func(j *Job, _ *table.Spec) { j.Files = j.Files[:1] }, true},
		{"order of files", func(j *Job, _ *table.Spec) { slices.Reverse(j.Files) }, true},
		{"a file's sum", func(j *Job, _ *table.Spec) { j.Files[1].MD5 = "4a8a08f09d37b73795649038408b5f33" }, true},
		{"a file's status", func(j *Job, _ *table.Spec) { j.Files[1].Status = "" }, true},
		{"a file's key", func(j *Job, _ *table.Spec) { j.Files[1].Key = "other" }, true},

		{"nothing", change(func(*table.Spec) {}), false},
		{"where the files are", func(j *Job, _ *table.Spec) { j.Files[0].Name = "elsewhere" }, false},
		{"max partitions", change(func(o *table.Spec) { o.MaxPartitions = 5 }), false},
		{"max rejects", change(func(o *table.Spec) { o.MaxRejects = -1 }), false},
		{"a default that is written out", change(func(o *table.Spec) {
			o.Format, o.Compression, o.Level, o.Columns = table.Parquet, table.Zstd, 1, schema.AllColumns()
		}), false},
	}
	before := Fingerprint(planJob(), table.Spec{}.WithDefaults(), schema.Version, "1")
	if Fingerprint(planJob(), table.Spec{}.WithDefaults(), schema.Version, "2") == before {
		t.Error("the program's version does not change the fingerprint")
	}
	if Fingerprint(planJob(), table.Spec{}.WithDefaults(), schema.Version-1, "1") == before {
		t.Error("the columns' version does not change the fingerprint")
	}
	seen := map[string]string{}
	for _, tt := range tests {
		job, o := planJob(), table.Spec{}
		tt.change(&job, &o)
		got := Fingerprint(job, o.WithDefaults(), schema.Version, "1")
		if (got != before) != tt.changes {
			t.Errorf("%s: changes the fingerprint: %t; want %t", tt.name, got != before, tt.changes)
		}
		if other, ok := seen[got]; ok && tt.changes {
			t.Errorf("%s and %s have the same fingerprint", other, tt.name)
		}
		seen[got] = tt.name
	}
}

// A plan is plain JSON, so that another machine can do its tasks.
func TestPlanJSON(t *testing.T) {
	t.Parallel()
	none := planJob()
	none.ID, none.ReportCreatedAt, none.Files = nil, nil, nil
	tests := []struct {
		name    string
		job     Job
		options table.Spec
	}{
		{"defaults", planJob(), table.Spec{}},
		{"no partitions", planJob(), table.Spec{PartitionBy: []schema.Column{}, TaskSize: 1}},
		{"all options", planJob(), table.Spec{Columns: []schema.Column{schema.Key}, PartitionBy: []schema.Column{schema.ReportDate, schema.ErrorCode}, WritePartitionColumns: true, NullPartition: "none", KeyEncoding: schema.PercentEncoding, RawMessage: table.RawDrop, Format: table.NDJSON, Compression: table.Gzip, Level: 9, TargetFileSize: 1, TaskSize: 2, MaxRecordBytes: 1 << 20, MaxOpenParts: 4}},
		{"no job id, no files", none, table.Spec{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan := New("table", "1", tt.options.WithDefaults())
			plan.Jobs = []JobPlan{*plan.ForJob(tt.job)}
			data, err := json.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse(data, plan.Program)
			if err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if string(again) != string(data) {
				t.Errorf("comes back as\n%s; want\n%s", again, data)
			}
			if _, err := Parse(data, "other"); err == nil {
				t.Error("another version takes the plan")
			}
		})
	}
}

// A plan that was changed is refused: its parts would not be what it says.
func TestParsePlanChanged(t *testing.T) {
	t.Parallel()
	plan := New("table", "1", table.Spec{}.WithDefaults())
	plan.Jobs = []JobPlan{*plan.ForJob(planJob())}
	data, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"batchreport_plan":2`, `"batchreport_plan":1`},
		{`"name":"` + reporttest.JobA, `"name":"../` + reporttest.JobA},
		{`"name":"` + reporttest.JobA, `"name":"` + reporttest.JobB},
		{`"compression":"zstd"`, `"compression":"snappy"`},
		{`"compression":"zstd"`, `"compression":"rar"`},
		{`"files":2`, `"files":1`},
		{`"md5":"0`, `"md5":"1`},
		{`{`, ``},
	} {
		changed := strings.Replace(string(data), change[0], change[1], 1)
		if _, err := Parse([]byte(changed), plan.Program); err == nil || changed == string(data) {
			t.Errorf("%s in place of %s is taken", change[1], change[0])
		}
	}
}

// TestFingerprintStays: tables that were converted by an earlier build must not be
// converted again, so neither the members of a spec in JSON nor their order change.
func TestFingerprintStays(t *testing.T) {
	t.Parallel()
	extract, err := schema.ParseExtract("v=$.a:int64")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		spec table.Spec
		want string
		v1   string // of schema.Version 1, when all columns were fewer
		json string
	}{
		{name: "no filters", spec: table.Spec{Bloom: []string{}}.WithDefaults(), v1: "8acf89759d563fc825afeeb7221ae4dc", want: "0af7de7cbc7be9c68ed29c790594d1fb"},
		{name: "defaults", spec: table.Spec{}.WithDefaults(), v1: "8acf89759d563fc825afeeb7221ae4dc", want: "e4efb51c3dc726a50c07b7b9c3a168b0"},
		{
			name: "everything",
			spec: table.Spec{
				Columns: []schema.Column{schema.Key, schema.ReportRow}, Extract: []schema.Extract{extract},
				PartitionBy: []schema.Column{schema.ErrorCode}, WritePartitionColumns: true, NullPartition: "none",
				KeyEncoding: schema.PercentEncoding, RawMessage: table.RawDrop, Format: table.NDJSON, Compression: table.Gzip, Level: 9,
				TargetFileSize: 1, TaskSize: 2, MaxRecordBytes: 65536, Bloom: []string{"key"}, SortBy: []string{"key"},
				MaxOpenParts: 3, MaxPartitions: 4, MaxRejects: 5, VerifyInput: table.VerifyMD5,
			},
			v1:   "ecf1a3c4b6dc54d26ceacdf42f025a4c",
			want: "5e26494020f2fe236e6fe34aab9fe257",
			json: `{"columns":["key","report_row"],"extract":["v=$.a:int64"],"partition_by":["error_code"],"write_partition_columns":true,"null_partition":"none","key_encoding":"percent","raw_message":"drop","format":"ndjson","compression":"gzip","level":9,"target_file_size":1,"task_size":2,"max_record_bytes":65536,"bloom":["key"],"sort_by":["key"],"max_open_parts":3,"max_partitions":4,"max_rejects":5,"verify_input":"md5"}`,
		},
	} {
		if got := Fingerprint(planJob(), tt.spec, schema.Version, "1"); got != tt.want {
			t.Errorf("%s: the fingerprint is %s; want %s", tt.name, got, tt.want)
		}
		var v1 []string
		for _, s := range tt.spec.AsOf(1) {
			v1 = append(v1, Fingerprint(planJob(), s, 1, "1"))
		}
		if !slices.Contains(v1, tt.v1) {
			t.Errorf("%s: the fingerprint under version 1 is one of %q; want %s", tt.name, v1, tt.v1)
		}
		if data, err := json.Marshal(tt.spec); tt.json != "" && (err != nil || string(data) != tt.json) {
			t.Errorf("%s: JSON is %s, %v; want %s", tt.name, data, err, tt.json)
		}
	}
}
