package convert

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/groups"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// TestErrorCodes: the record counts the rows of each code, of several tasks together; the
// smallest of too many, and what is no code, are counted as others.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	var lines [2]strings.Builder
	want := map[string]int64{}
	add := func(task int, code string, rows int) {
		lines[task].WriteString(strings.Repeat(reporttest.CsvLine("b", "k", "", "failed", "500", code, ""), rows))
	}
	for i := range ledger.MaxCodes - 1 {
		code := fmt.Sprintf("Code%04d", i)
		add(i%2, code, 2)
		want[code] = 2
	}
	want["Often"] = 7
	add(0, "Often", 3)
	add(1, "Often", 4)
	for i := range 20 {
		add(i%2, fmt.Sprint("Once", i), 1)
	}
	add(0, strings.Repeat("x", maxCode+1), 3)
	add(1, "\xff", 2)
	add(0, "", 5)
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA,
		reporttest.File{Status: "failed", Data: lines[0].String()}, reporttest.File{Status: "failed", Data: lines[1].String()}))
	dest := filepath.Join(t.TempDir(), "table")
	s, err := convertChecked(t.Context(), t, disk.Store{}, []string{source}, dest, Options{Spec: table.Spec{TaskSize: 1}})
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, c *ledger.CodeCounts) {
		if c == nil || !maps.Equal(c.Rows, want) || c.Other != 25 {
			t.Errorf("%s has %+v", what, c)
		}
	}
	check("the summary", s.Jobs[0].ErrorCodes)
	records, err := ledger.ReadRecords(t.Context(), disk.Store{}, dest)
	if err != nil {
		t.Fatal(err)
	}
	check("the record", records[0].ErrorCodes)
	v, err := overviewChecked(t, []string{source}, 9, 1, groups.ByCause())
	if err != nil {
		t.Fatal(err)
	}
	check("the overview", &v.ErrorCodes)
}
