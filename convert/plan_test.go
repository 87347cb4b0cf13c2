package convert

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

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
		{"larger than a task", []int64{50, 1, 50, 1, 1}, 10, [][]int64{{50}, {1}, {50}, {1, 1}}},
		{"empty files", []int64{0, 0, 10, 0, 1}, 10, [][]int64{{0, 0, 10, 0}, {1}}},
		{"size not known", []int64{-1}, 10, [][]int64{{-1}}},
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
			for i, task := range tasks(files, tt.size) {
				if task.Index != i {
					t.Errorf("task %d has index %d", i, task.Index)
				}
				var sizes []int64
				for _, f := range task.Files {
					sizes = append(sizes, f.Size)
				}
				got = append(got, sizes)
				all = append(all, task.Files...)
			}
			if !reflect.DeepEqual(got, tt.want) || !slices.Equal(all, files) {
				t.Errorf("tasks are %v; want %v", got, tt.want)
			}
		})
	}
}

// planJob is a job with all that a job can have.
func planJob() Job {
	id, created := jobA, time.Date(2025, 1, 2, 3, 4, 5, 678901234, time.UTC)
	return Job{Name: id, ID: &id, ReportCreatedAt: &created, Files: []File{
		{Name: "in/results/1.csv", Key: "r/job/results/1.csv", Status: statusSucceeded, Size: 10, MD5: "0cc175b9c0f1b6a831c399e269772661"},
		{Name: "in/results/2.csv", Key: "r/job/results/2.csv", Status: statusFailed, Size: 20, MD5: "92eb5ffee6ae2fec3ad71c777531578f"},
	}}
}

// The fingerprint tells whether the bytes of the parts would be others: it is to
// know every option that decides about them, and no other.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	change := func(f func(o *Options)) func(*Job, *Options) { return func(_ *Job, o *Options) { f(o) } }
	tests := []struct {
		name    string
		change  func(j *Job, o *Options)
		changes bool
	}{
		{"columns", change(func(o *Options) { o.Columns = []schema.Column{schema.Key, schema.ResultJSON, schema.ResultKind} }), true},
		{"no partitions", change(func(o *Options) { o.PartitionBy = []schema.Column{} }), true},
		{"partitions", change(func(o *Options) { o.PartitionBy = []schema.Column{schema.TaskStatus, schema.JobID} }), true},
		{"partition columns", change(func(o *Options) { o.WritePartitionColumns = true }), true},
		{"null partition", change(func(o *Options) { o.NullPartition = "none" }), true},
		{"key encoding", change(func(o *Options) { o.KeyEncoding = schema.NoEncoding }), true},
		{"raw message", change(func(o *Options) { o.RawMessage = RawDrop }), true},
		{"format", change(func(o *Options) { o.Format = NDJSON }), true},
		{"compression", change(func(o *Options) { o.Compression = Gzip }), true},
		{"level", change(func(o *Options) { o.Level = 2 }), true},
		{"target file size", change(func(o *Options) { o.TargetFileSize = 1 }), true},
		{"task size", change(func(o *Options) { o.TaskSize = 1 }), true},
		{"max record bytes", change(func(o *Options) { o.MaxRecordBytes = 1 << 20 }), true},
		{"max open parts", change(func(o *Options) { o.MaxOpenParts = 1 }), true},
		{"version", change(func(o *Options) { o.Version = "1.2.3" }), true},
		{"job id", func(j *Job, _ *Options) { j.ID = nil }, true},
		{"report created at", func(j *Job, _ *Options) { j.ReportCreatedAt = nil }, true},
		{"files", func(j *Job, _ *Options) { j.Files = j.Files[:1] }, true},
		{"order of files", func(j *Job, _ *Options) { slices.Reverse(j.Files) }, true},
		{"a file's sum", func(j *Job, _ *Options) { j.Files[1].MD5 = "4a8a08f09d37b73795649038408b5f33" }, true},
		{"a file's status", func(j *Job, _ *Options) { j.Files[1].Status = "" }, true},
		{"a file's key", func(j *Job, _ *Options) { j.Files[1].Key = "other" }, true},

		{"nothing", change(func(*Options) {}), false},
		{"where the files are", func(j *Job, _ *Options) { j.Files[0].Name = "elsewhere" }, false},
		{"workers", change(func(o *Options) { o.Workers = 17 }), false},
		{"force", change(func(o *Options) { o.Force = true }), false},
		{"max partitions", change(func(o *Options) { o.MaxPartitions = 5 }), false},
		{"max rejects", change(func(o *Options) { o.MaxRejects = -1 }), false},
		{"progress", change(func(o *Options) { o.OnRead = func(int) {} }), false},
		{"a default that is written out", change(func(o *Options) {
			o.Format, o.Compression, o.Level, o.Columns = Parquet, Zstd, 1, schema.AllColumns()
		}), false},
	}
	before := fingerprint(planJob(), Options{}.withDefaults())
	seen := map[string]string{}
	for _, tt := range tests {
		job, o := planJob(), Options{}
		tt.change(&job, &o)
		got := fingerprint(job, o.withDefaults())
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
		options Options
	}{
		{"defaults", planJob(), Options{}},
		{"no partitions", planJob(), Options{PartitionBy: []schema.Column{}, TaskSize: 1}},
		{"all options", planJob(), Options{
			Columns: []schema.Column{schema.Key}, PartitionBy: []schema.Column{schema.ReportDate, schema.ErrorCode}, WritePartitionColumns: true,
			NullPartition: "none", KeyEncoding: schema.PercentEncoding, RawMessage: RawDrop, Format: NDJSON, Compression: Gzip, Level: 9,
			TargetFileSize: 1, TaskSize: 2, MaxRecordBytes: 1 << 20, MaxOpenParts: 4,
		}},
		{"no job id, no files", none, Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan := newPlan(tt.job, tt.options.withDefaults())
			data, err := json.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			var got Plan
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if string(again) != string(data) {
				t.Errorf("comes back as\n%s; want\n%s", again, data)
			}
			if !reflect.DeepEqual(got.Job, plan.Job) || !reflect.DeepEqual(got.Tasks, plan.Tasks) {
				t.Errorf("comes back as %+v; want %+v", got, plan)
			}
			// The program's version and what does not change output are not in it.
			got.Options.Version = plan.Options.Version
			if f := fingerprint(got.Job, got.Options.withDefaults()); f != plan.Fingerprint {
				t.Errorf("comes back with fingerprint %s; want %s", f, plan.Fingerprint)
			}
		})
	}
}
