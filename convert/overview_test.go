package convert

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/groups"
	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/count"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// overviewChecked is MakeOverview with so many bytes of files a task, and checks that no
// memory of Arrow's is left.
func overviewChecked(t *testing.T, sources []string, workers int, taskSize int64, by ...[]groups.Dimension) (*Overview, error) {
	t.Helper()
	return overviewOf(t, sources, workers, taskSize, 0, by...)
}

// overviewOf is overviewChecked with a sample of so many rows.
func overviewOf(t *testing.T, sources []string, workers int, taskSize int64, rows int, by ...[]groups.Dimension) (*Overview, error) {
	t.Helper()
	mem := memory.NewCheckedAllocator(batch.NewRecycler())
	defer mem.AssertSize(t, 0)
	o := Reading{Workers: workers}.options(-1)
	o.TaskSize = taskSize
	s := newOverviewScan(disk.Store{}, o, by, rows)
	s.mem = mem
	v, err := s.overview(t.Context(), sources)
	v.Elapsed = 0
	return v, err
}

// parsed returns the dimensions of these names.
func parsed(t *testing.T, names ...string) (by []groups.Dimension) {
	t.Helper()
	for _, name := range names {
		d, err := groups.ParseDimension(name)
		if err != nil {
			t.Fatal(err)
		}
		if d.String() != name {
			t.Errorf("%s became %s", name, d)
		}
		by = append(by, d)
	}
	return by
}

// tableRows converts a report and returns its rows as NDJSON has them.
func tableRows(t *testing.T, source string) (rows []map[string]any) {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "table")
	o := Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None, PartitionBy: []schema.Column{}, MaxRejects: -1}}
	if _, err := convertChecked(t.Context(), t, disk.Store{}, []string{source}, dest, o); err != nil {
		t.Fatal(err)
	}
	for name, data := range storagetest.ReadTree(t, dest) {
		if !strings.HasSuffix(name, ".ndjson") {
			continue
		}
		for line := range strings.Lines(data) {
			row := map[string]any{}
			d := json.NewDecoder(strings.NewReader(line))
			d.UseNumber()
			if err := d.Decode(&row); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// valueIn is the value of a dimension in a row of NDJSON, by other means than grouper's.
func valueIn(row map[string]any, d groups.Dimension) *string {
	v, ok := row[d.Column.String()]
	if !ok {
		return nil
	}
	text := fmt.Sprint(v)
	switch {
	case d.Depth > 0:
		parts := strings.SplitAfter(text, "/")
		text = strings.Join(parts[:min(d.Depth, len(parts)-1)], "")
	case d.Unit > 0:
		text = map[string]string{"hour": text[:14] + "00:00Z", "day": text[:11] + "00:00:00Z"}[strings.TrimPrefix(d.String(), d.Column.String()+":")]
	case d.Column == schema.OccurredAt:
		text = strings.Replace(strings.TrimRight(strings.TrimSuffix(text, "Z"), "0")+"Z", ".Z", "Z", 1) // the form without zeros
	}
	return &text
}

// keyOf is what tells groups apart.
func keyOf(values []*string) string {
	var parts []string
	for _, v := range values {
		if v == nil {
			parts = append(parts, "null")
		} else {
			parts = append(parts, strconv.Quote(*v))
		}
	}
	return strings.Join(parts, " ")
}

// TestOverview: the groups are those of the table's rows, whatever the number of workers
// and tasks.
func TestOverview(t *testing.T) {
	t.Parallel()
	g := reporttest.NewGenerator(3)
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA,
		g.File(reporttest.StatusFailed, reading.BlockSize+1000), g.File(reporttest.StatusSucceeded, 200_000), g.File(reporttest.StatusFailed, 100_000), g.File(reporttest.StatusFailed, 100)))
	rows := tableRows(t, source)
	for _, by := range [][]groups.Dimension{
		groups.ByCause(),
		parsed(t, "bucket", "key:1"),
		parsed(t, "task_status", "error_code"),
		parsed(t, "occurred_at:hour", "http_status_code", "timeout_seconds"),
		parsed(t, "report_created_at:day", "report_file"),
		parsed(t, "key", "version_id", "report_row"),
	} {
		t.Run(fmt.Sprint(by), func(t *testing.T) {
			t.Parallel()
			want := map[string]int64{}
			var failed int64
			for _, row := range rows {
				if row["task_status"] == "failed" {
					failed++
				}
				if row["task_status"] == "failed" || (&count.Options{By: [][]groups.Dimension{by}}).GroupsBy(schema.TaskStatus) {
					var values []*string
					for _, d := range by {
						values = append(values, valueIn(row, d))
					}
					want[keyOf(values)]++
				}
			}
			var first *Overview
			for _, workers := range []int{1, 2, 9} {
				for _, taskSize := range []int64{1, 1 << 30} {
					v, err := overviewChecked(t, []string{source}, workers, taskSize, by)
					if err != nil {
						t.Fatal(err)
					}
					if first == nil {
						first = v
						continue
					}
					if !reflect.DeepEqual(v, first) {
						t.Errorf("%d workers, tasks of %d bytes: another overview", workers, taskSize)
					}
				}
			}
			got := map[string]int64{}
			for _, group := range first.Groupings[0].Groups {
				got[keyOf(group.Values)] += group.Rows
				if group.Missed != 0 {
					t.Errorf("%s: an estimate", keyOf(group.Values))
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d groups, want %d:\n%v\n%v", len(got), len(want), got, want)
			}
			if first.Totals.Failed != failed || first.Totals.RowsIn != int64(len(rows)) {
				t.Errorf("totals are %+v, want %d failed of %d", first.Totals, failed, len(rows))
			}
		})
	}
}

// TestOverviewSample: the sample is the first row of its group.
func TestOverviewSample(t *testing.T) {
	t.Parallel()
	lines := reporttest.GoodLine +
		reporttest.CsvLine("b", "x+y%2Fz", "v", "failed", "403", "AccessDenied", "Access Denied (Service: S3, Status Code: 403, Request ID: R1)") +
		reporttest.CsvLine("b", "other", "", "failed", "403", "AccessDenied", "Access Denied (Service: S3, Status Code: 403, Request ID: R2)")
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: "failed", Data: lines}))
	v, err := overviewChecked(t, []string{source}, 2, 1<<30, groups.ByCause())
	if err != nil {
		t.Fatal(err)
	}
	group := v.Groupings[0].Groups[0]
	s := group.Sample
	if got := fmt.Sprintf("%d %d %s %s %s %s %t %s", group.Rows, s.Row, *s.Bucket, *s.Key, *s.VersionID, *s.RequestID, strings.HasSuffix(s.File, ".csv"), group.Cause.Name); got != "2 2 b x y/z v R1 true access-denied" {
		t.Errorf("got %s", got)
	}
}

// TestOverviewBad: unreadable rows are counted and shown; nothing counts of a job that is
// damaged, and the others do.
func TestOverviewBad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: "failed", Data: strings.Repeat(reporttest.BadLine+"b,k,,failed,500,InternalError,\r\n", 4)})
	for name, data := range reporttest.ReportFiles(t, "", reporttest.JobB, reporttest.Three()...) {
		if strings.HasSuffix(name, ".csv") {
			data = "~" + data[1:]
		}
		files[name] = data
	}
	v, err := overviewChecked(t, []string{storagetest.WriteTree(t, dir, files)}, 9, 1, groups.ByCause())
	if err == nil || !strings.Contains(err.Error(), "the file is damaged or was changed") {
		t.Errorf("error is %v", err)
	}
	if v.Totals.RowsIn != 8 || v.Totals.Rejected != 4 || v.Totals.Failed != 4 || len(v.Rejects) != 4 || v.ErrorCodes.Rows["InternalError"] != 4 {
		t.Errorf("counted %+v, %v, %v", v.Totals, v.Rejects, v.ErrorCodes)
	}
	if r := v.Rejects[1]; r.Row != 3 || r.Offset != int64(len(reporttest.BadLine)+len("b,k,,failed,500,InternalError,\r\n")) {
		t.Errorf("the second is %+v", r)
	}
	if len(v.Jobs) != 2 || !slices.ContainsFunc(v.Jobs, func(j JobOverview) bool { return j.Err != nil && j.Totals.RowsIn == 0 && j.Inputs == nil }) {
		t.Errorf("jobs are %+v", v.Jobs)
	}
}

// TestOverviewMany: beyond the bound every row is still in a group or among the others.
func TestOverviewMany(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	rows := count.MaxGroups + count.MaxGroups/2
	for i := range rows {
		lines.WriteString(reporttest.CsvLine("b", "k", "", "failed", "500", "Code"+strconv.Itoa(i), ""))
		lines.WriteString(reporttest.CsvLine("b", "k", "", "failed", "503", "SlowDown", ""))
	}
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: "failed", Data: lines.String()}))
	v, err := overviewChecked(t, []string{source}, 2, 1<<30, groups.ByCause())
	if err != nil {
		t.Fatal(err)
	}
	g := v.Groupings[0]
	sum := g.OtherRows
	for _, group := range g.Groups {
		sum += group.Rows
	}
	if sum != int64(2*rows) || g.Others == 0 || len(g.Groups) > count.MaxGroups || g.Groups[0].Rows != int64(rows) || g.Groups[0].Missed != 0 {
		t.Errorf("%d rows in all, want %d; %d others; %d groups, the first of %d", sum, 2*rows, g.Others, len(g.Groups), g.Groups[0].Rows)
	}
}

// TestCut: values that begin alike and are too long to be kept are different groups.
func TestCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", count.MaxValue)
	var lines strings.Builder
	for i := range 4 {
		lines.WriteString(reporttest.CsvLine("b", "k", "", "failed", "500", "Code", long+strconv.Itoa(i%2)+" x"))
	}
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: "failed", Data: lines.String()}))
	v, err := overviewChecked(t, []string{source}, 1, 1<<30, parsed(t, "result_text"))
	if err != nil {
		t.Fatal(err)
	}
	got := v.Groupings[0].Groups
	if len(got) != 2 || got[0].Rows != 2 || *got[0].Values[0] != strings.Repeat("é", count.MaxValue/2)+"…" {
		t.Errorf("got %+v", got)
	}
}

func TestOverviewOptions(t *testing.T) {
	t.Parallel()
	many := make([]groups.Dimension, groups.MaxDimensions+1)
	o := OverviewOptions{By: [][]groups.Dimension{many, {}}, FailedRows: groups.MaxFailedRows + 1}
	if err := o.Validate(); err == nil || !strings.Contains(err.Error(), "failed rows: 100001") || !strings.Contains(err.Error(), "17 columns") || !strings.Contains(err.Error(), "0 columns") || !strings.Contains(err.Error(), "twice") {
		t.Errorf("error is %v", err)
	}
	if _, err := MakeOverview(t.Context(), disk.Store{}, []string{"x"}, o); err == nil {
		t.Errorf("error is %v", err)
	}
}

// TestOverviewKeyInText: a template masks the decoded key, also where keys are not decoded
// for anything else.
func TestOverviewKeyInText(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for _, key := range []string{"a+b%2Fc", "%C3%BC.txt", "plain", "+", "%zz"} {
		decoded, _, ok := schema.FormEncoding.Decode(nil, []byte(key))
		if !ok {
			decoded = []byte(key)
		}
		lines.WriteString(reporttest.CsvLine("b", key, "", "failed", "200", "Code", "it is "+string(decoded)+" , which"))
	}
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: "failed", Data: lines.String()}))
	want := map[string]int64{}
	for _, row := range tableRows(t, source) {
		want[row["result_template"].(string)]++
	}
	for _, by := range [][]groups.Dimension{parsed(t, "result_template"), parsed(t, "result_template", "key:1")} {
		v, err := overviewChecked(t, []string{source}, 1, 1<<30, by)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for _, group := range v.Groupings[0].Groups {
			got[*group.Values[0]] += group.Rows
			if strings.Contains(*group.Sample.Key, "%2F") {
				t.Errorf("the sample is %s", *group.Sample.Key)
			}
		}
		if !reflect.DeepEqual(got, want) || got["it is <key> , which"] < 3 {
			t.Errorf("by %v: templates are %v, want %v", by, got, want)
		}
	}
}
