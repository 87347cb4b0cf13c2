package convert

import (
	"fmt"
	"reflect"
	"testing"

	"batchreport/convert/groups"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// TestFailedRows: the sample is of rows that failed, and has their values; where it has
// room for all of them it is all.
func TestFailedRows(t *testing.T) {
	t.Parallel()
	g := reporttest.NewGenerator(5)
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA,
		g.File(reporttest.StatusFailed, 2*reading.BlockSize), g.File(reporttest.StatusSucceeded, 100_000), g.File(reporttest.StatusFailed, 50_000)))
	want := map[string]map[string]any{}
	for _, row := range tableRows(t, source) {
		if row["task_status"] == "failed" {
			want[fmt.Sprint(row["report_file"], " ", row["report_row"])] = row
		}
	}
	statuses := parsed(t, "task_status")
	for _, most := range []int{0, 1, 500, len(want), len(want) + 1} {
		var first []groups.FailedRow
		for _, by := range [][][]groups.Dimension{{groups.ByCause()}, {groups.ByCause(), statuses}} {
			for _, taskSize := range []int64{1, 1 << 30} {
				v := sampled(t, source, taskSize, most, by...)
				if first == nil {
					first = v.FailedRows
				}
				if !reflect.DeepEqual(v.FailedRows, first) {
					t.Errorf("%d rows at most, tasks of %d bytes, %d groupings: another sample", most, taskSize, len(by))
				}
			}
		}
		if len(first) != min(most, len(want)) {
			t.Errorf("%d rows, want %d", len(first), min(most, len(want)))
		}
		seen := map[string]bool{}
		for _, r := range first {
			place := fmt.Sprint(r.File, " ", r.Row)
			row, ok := want[place]
			if !ok || seen[place] {
				t.Fatalf("%s is no row that failed, or is there twice", place)
			}
			seen[place] = true
			for c, got := range map[schema.Column]*string{
				schema.Bucket: r.Bucket, schema.Key: r.Key, schema.VersionID: r.VersionID, schema.ErrorCode: r.ErrorCode,
				schema.HTTPStatusCode: r.HTTPStatusCode, schema.ServiceErrorCode: r.ServiceErrorCode, schema.ResultText: r.Text, schema.OccurredAt: r.OccurredAt,
			} {
				wanted := valueIn(row, groups.Dimension{Column: c})
				if (wanted == nil) != (got == nil) || wanted != nil && *wanted != *got {
					t.Errorf("%s: %s is %v, want %v", place, c, got, wanted)
				}
			}
		}
		// It is spread over the rows: both of the files, and both halves of the first.
		if most == 500 {
			parts := map[string]int{}
			for _, r := range first {
				parts[fmt.Sprint(r.File, r.Row > 2000)]++
			}
			if len(parts) < 3 {
				t.Errorf("the rows are of %v", parts)
			}
		}
	}
}

// sampled returns an overview with so many rows that failed.
func sampled(t *testing.T, source string, taskSize int64, most int, by ...[]groups.Dimension) *Overview {
	t.Helper()
	v, err := overviewOf(t, []string{source}, 2, taskSize, most, by...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestStatusGrouping: the rows that succeeded are in those groupings alone that tell them
// apart.
func TestStatusGrouping(t *testing.T) {
	t.Parallel()
	v := sampled(t, "../testdata/reports/seed", 1<<30, 10, parsed(t, "task_status"), groups.ByCause(), parsed(t, "bucket"))
	got := ""
	for _, g := range v.Groupings {
		for _, group := range g.Groups {
			got += fmt.Sprint(group.Rows, " ")
		}
	}
	if got != "6 3 6 6 " || len(v.FailedRows) != 6 || v.FailedRows[0].Cause == nil || v.FailedRows[0].Cause.Name != "function-timed-out" {
		t.Errorf("groups have %s rows, want 6 3 6 6; %d rows failed", got, len(v.FailedRows))
	}
}
