package convert

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// The bytes of everything follow from the input and the options, whatever the
// number of workers.
func TestConvertSameBytes(t *testing.T) {
	t.Parallel()
	g := reporttest.NewGenerator(1)
	source := filepath.Join(storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA,
		g.File(reporttest.StatusSucceeded, reading.BlockSize+1000), g.File(reporttest.StatusFailed, reading.BlockSize+1000), g.File(reporttest.StatusFailed, 100))), "job-"+reporttest.JobA)
	for _, o := range []Options{
		{Spec: table.Spec{Format: table.Parquet}},
		{Spec: table.Spec{Format: table.Parquet, SortBy: []string{"key"}, Bloom: []string{"key", "request_id"}}},
		{Spec: table.Spec{Format: table.NDJSON}},
		{Spec: table.Spec{Format: table.NDJSON, SortBy: []string{"http_status_code", "key"}}},
	} {
		t.Run(fmt.Sprint(o.Format, o.SortBy, o.Bloom), func(t *testing.T) {
			t.Parallel()
			var want map[string]string
			for _, workers := range []int{1, 2, 5} {
				dest := filepath.Join(t.TempDir(), "table")
				o.Workers, o.TargetFileSize, o.PartitionBy = workers, 100_000, []schema.Column{schema.ErrorCode}
				if _, err := convertChecked(t.Context(), t, disk.Store{}, []string{source}, dest, o); err != nil {
					t.Fatal(err)
				}
				got := storagetest.ReadTree(t, dest)
				if want == nil {
					want = got
				}
				storagetest.CompareTrees(t, got, want)
			}
			if len(want) < 7 {
				t.Errorf("only %d files to compare", len(want))
			}
		})
	}
}

// Every row is in the folder of its values, once.
func TestConvertPartitions(t *testing.T) {
	t.Parallel()
	for _, by := range [][]schema.Column{
		{},
		{schema.JobID, schema.TaskStatus},
		{schema.ErrorCode, schema.ReportDate},
		{schema.ResultKind, schema.HTTPStatusCode, schema.Bucket},
	} {
		t.Run(table.ColumnNames(by), func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			o := tableOptions
			o.PartitionBy, o.WritePartitionColumns, o.NullPartition = by, true, "none"
			summary, err := tb.convert(t.Context(), t, disk.Store{}, o)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for name, data := range storagetest.ReadTree(t, tb.dest) {
				if strings.HasPrefix(name, ledger.StateFolder) {
					continue
				}
				for line := range strings.Lines(data) {
					var row map[string]any
					if err := json.Unmarshal([]byte(line), &row); err != nil {
						t.Fatal(err)
					}
					folder := ""
					for _, c := range by {
						v, ok := row[c.String()]
						if !ok {
							v = "none"
						}
						folder += fmt.Sprint(c, "=", v, "/")
					}
					if !strings.HasPrefix(name, folder+"part-") {
						t.Errorf("%s holds a row of %s", name, folder)
					}
					id := fmt.Sprint(row["report_file"], row["report_row"])
					if seen[id] {
						t.Errorf("row %s is there twice", id)
					}
					seen[id] = true
				}
			}
			if int64(len(seen)) != summary.Totals.RowsOut {
				t.Errorf("%d rows; want %d", len(seen), summary.Totals.RowsOut)
			}
		})
	}
}

// failures makes a result file of failed records with these error codes.
func failures(codes ...string) reporttest.File {
	data := ""
	for _, code := range codes {
		data += reporttest.CsvLine("b", "k", "", reporttest.StatusFailed, "404", code, "")
	}
	return reporttest.File{Status: reporttest.StatusFailed, Data: data}
}

// What one task cannot see is checked for all of them together.
func TestConvertLimits(t *testing.T) {
	t.Parallel()
	bad := reporttest.File{Status: reporttest.StatusFailed, Data: reporttest.BadLine}
	byCode := Options{Spec: table.Spec{PartitionBy: []schema.Column{schema.ErrorCode}, MaxPartitions: 2, NullPartition: "none", TaskSize: 1}}
	tests := []struct {
		name    string
		files   []reporttest.File
		options Options
		err     string // "" for none
	}{
		{"rejects in all tasks", []reporttest.File{bad, bad, bad}, Options{Spec: table.Spec{TaskSize: 1, MaxRejects: 2}}, "more than 2 rows cannot be read: "},
		{"as many rejects as may be", []reporttest.File{bad, bad, bad}, Options{Spec: table.Spec{TaskSize: 1, MaxRejects: 3}}, ""},
		{"any number of rejects", []reporttest.File{bad, bad, bad}, Options{Spec: table.Spec{TaskSize: 1, MaxRejects: -1}}, ""},
		{"no rejects", []reporttest.File{failures("A"), bad}, Options{Spec: table.Spec{TaskSize: 1}}, "row 1 at byte 0: 3 columns instead of 7"},
		{"partitions in all tasks", []reporttest.File{failures("A", "B"), failures("B", "C")}, byCode, "partition by error_code: more than 2 partitions"},
		{"as many partitions as may be", []reporttest.File{failures("A", "B"), failures("B", "A")}, byCode, ""},
		{"partitions in one task", []reporttest.File{failures("A", "B", "C")}, byCode, "partition by error_code: more than 2 partitions"},
		{"null like a value in another task", []reporttest.File{failures(""), failures("none")}, byCode, `null and the value "none" would lie in the same folder`},
		{"a value that is no folder's name", []reporttest.File{failures(strings.Repeat("/", 100))}, byCode, "a value of 100 bytes makes a folder name of 311, more than 255"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobA, tt.files...))
			dest := filepath.Join(dir, "table")
			_, err := convertChecked(t.Context(), t, disk.Store{}, []string{filepath.Join(dir, "in")}, dest, tt.options)
			if got := fmt.Sprint(err); (err == nil) != (tt.err == "") || !strings.Contains(got, tt.err) {
				t.Errorf("error is %q; want %q", got, tt.err)
			}
			if files := notPending(storagetest.ReadTree(t, dest)); (len(files) == 0) != (err != nil) {
				t.Errorf("left %q", files)
			}
		})
	}
}

// A job that fails leaves the others alone.
func TestConvertJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobA, failures("A")))
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobB, reporttest.File{Status: reporttest.StatusFailed, Data: reporttest.BadLine}))
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobC)) // without results
	changed := reporttest.ReportFiles(t, "in/deep/", "0a1b2c3d-0000-4000-8000-00000000000d", failures("A"))
	for name := range changed {
		if strings.HasSuffix(name, ".csv") {
			changed[name] = strings.Replace(changed[name], "A", "B", 1)
		}
	}
	storagetest.WriteTree(t, dir, changed)
	dest := filepath.Join(dir, "in", "table") // in the source
	for run, outcome := range []Outcome{Committed, Unchanged} {
		var planned, read int64
		o := Options{Run: Run{OnPlan: func(n int64) { planned = n }, OnRead: func(n int) { read += int64(n) }}}
		summary, err := convertChecked(t.Context(), t, disk.Store{}, []string{filepath.Join(dir, "in")}, dest, o)
		var row *ledger.RowError
		if !errors.As(err, &row) || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("run %d: error is %v; want those of both jobs", run, err)
		}
		var got []string
		for _, j := range summary.Jobs {
			got = append(got, fmt.Sprint(j.Job[len(j.Job)-1:], " ", j.Outcome, " ", j.Totals.RowsOut))
		}
		want := []string{"d failed 0", "a " + string(outcome) + " 1", "b failed 0", "c " + string(outcome) + " 0"}
		if !slices.Equal(got, want) {
			t.Errorf("run %d: jobs are %q; want %q", run, got, want)
		}
		if run == 0 && (planned != read || read == 0) {
			t.Errorf("%d bytes were planned, %d read", planned, read)
		}
		var names []string
		for name := range storagetest.ReadTree(t, dest) {
			names = append(names, strings.ReplaceAll(filepath.Dir(name), "0a1b2c3d-0000-4000-8000-00000000000", ""))
		}
		slices.Sort(names)
		if want := []string{"_batchreport/a", "_batchreport/c", "job_id=a/task_status=failed"}; !slices.Equal(names, want) {
			t.Errorf("run %d: files are in %q; want %q", run, names, want)
		}
	}
}

// A rejected row is kept with its place, its reason and its bytes.
func TestConvertRejects(t *testing.T) {
	t.Parallel()
	const quoted, binary = "\"a quote\r\n", "not UTF-8 \xff\r\n"
	dir := t.TempDir()
	files := reporttest.ReportFiles(t, "in/", reporttest.JobA, reporttest.File{Status: reporttest.StatusFailed, Data: reporttest.GoodLine + binary + reporttest.BadLine + quoted})
	storagetest.WriteTree(t, dir, files)
	dest := filepath.Join(dir, "table")
	summary, err := convertChecked(t.Context(), t, disk.Store{}, []string{filepath.Join(dir, "in")}, dest, Options{Spec: table.Spec{MaxRejects: -1}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dest, summary.Jobs[0].Rejects[0].Name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	name := slices.Sorted(maps.Keys(files))[2]
	want := fmt.Sprintf(`{"file":"%[1]s","row":2,"byte_offset":22,"length":13,"reason":"1 column instead of 7","raw_base64":"bm90IFVURi04IP8NCg=="}
{"file":"%[1]s","row":3,"byte_offset":35,"length":15,"reason":"3 columns instead of 7","raw":"one,two,three\r\n"}
{"file":"%[1]s","row":4,"byte_offset":50,"length":10,"reason":"a quote is opened and not closed","raw":"\"a quote\r\n"}
`, name)
	if string(data) != want {
		t.Errorf("rejects are\n%s; want\n%s", data, want)
	}
}

// standardOutput takes what is written to Stdio.
type standardOutput struct {
	storage.Store
	written bytes.Buffer
}

// Create implements storage.Store.
func (s *standardOutput) Create(context.Context, string, string) (storage.Output, error) {
	return outputTo{&s.written}, nil
}

// Discard implements storage.Store.
func (s *standardOutput) Discard(context.Context, storage.Pending) error { return nil }

type outputTo struct{ io.Writer }

func (outputTo) Commit() (storage.Pending, error) { return storage.Pending{Name: storage.Stdio}, nil }
func (outputTo) UploadID() string                 { return "" }
func (outputTo) Abort() error                     { return nil }

func TestConvertStdio(t *testing.T) {
	t.Parallel()
	lines := Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None, PartitionBy: []schema.Column{}, Columns: []schema.Column{schema.JobID, schema.ReportFile, schema.ReportRow, schema.ErrorCode}}}
	tests := []struct {
		name   string
		change func(o *Options)
		want   string
		err    string
	}{
		{"lines", func(*Options) {}, `{"report_file":"-","report_row":1}` + "\n" + `{"report_file":"-","report_row":2,"error_code":"NoSuchKey"}` + "\n", ""},
		{"parts have no end", func(o *Options) { o.TargetFileSize = 1 }, `{"report_file":"-","report_row":1}` + "\n" + `{"report_file":"-","report_row":2,"error_code":"NoSuchKey"}` + "\n", ""},
		{"parquet", func(o *Options) { o.Format = table.Parquet }, "", "write standard output: only ndjson can be written there"},
		{"partitions", func(o *Options) { o.PartitionBy = nil }, "", "write standard output: it has no partitions"},
		{"rejects", func(o *Options) { o.MaxRejects = 1 }, "", "write standard output: it has no place for rejected rows"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := lines
			tt.change(&o)
			store := &standardOutput{Store: storagetest.Memory{Objects: map[string]string{storage.Stdio: reporttest.GoodLine + reporttest.CsvLine("b", "k", "", "failed", "404", "NoSuchKey", "")}}}
			summary, err := convertChecked(t.Context(), t, store, []string{storage.Stdio}, storage.Stdio, o)
			if got := fmt.Sprint(err); got != cmp.Or(tt.err, "<nil>") {
				t.Errorf("error is %q; want %q", got, tt.err)
			}
			if got := store.written.String(); got != tt.want {
				t.Errorf("wrote %q; want %q", got, tt.want)
			}
			if err == nil && (summary.Totals.RowsOut != 2 || !strings.HasPrefix(summary.Jobs[0].Job, "source-")) {
				t.Errorf("summary is %+v", summary)
			}
		})
	}
}

// Standard input is a source like any file.
func TestConvertStandardInput(t *testing.T) {
	t.Parallel()
	dest := filepath.Join(t.TempDir(), "table")
	store := storagetest.Memory{Store: disk.Store{}, Objects: map[string]string{storage.Stdio: reporttest.GoodLine}}
	for _, outcome := range []Outcome{Committed, Unchanged} {
		summary, err := Convert(t.Context(), store, []string{storage.Stdio}, dest, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if job := summary.Jobs[0]; job.Outcome != outcome || job.Totals.RowsOut != 1 {
			t.Errorf("job is %+v; want %s", job, outcome)
		}
	}
}

func TestConvertWrongOptions(t *testing.T) {
	t.Parallel()
	store := &storagetest.Hooked{Store: storagetest.Memory{}, Before: func(op, name string) error {
		t.Errorf("%s %s", op, name)
		return nil
	}}
	summary, err := Convert(t.Context(), store, []string{"in"}, "out", Options{Spec: table.Spec{Format: "csv", MaxRejects: -2}})
	if err == nil || !strings.Contains(err.Error(), "csv") || !strings.Contains(err.Error(), "max-rejects") {
		t.Errorf("error is %v; want one that names both options", err)
	}
	if summary == nil || len(summary.Jobs) > 0 {
		t.Errorf("summary is %+v", summary)
	}
}
