package convert

import (
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// A table of another layout that appears while a run reads is found before it
// claims, and nothing of the run is visible then. Records that have not changed are
// not read again.
func TestLayoutMeanwhile(t *testing.T) {
	t.Parallel()
	other := tableOptions
	other.MixedLayout = true
	other.Format, other.Compression = table.Parquet, table.Zstd
	for _, mixed := range []bool{false, true} {
		tb := newTable(t)
		dir := t.TempDir()
		storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobB, reporttest.Three()...))
		storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "old/", strings.Repeat("0", 8)+reporttest.JobB[8:], reporttest.Three()...))
		if _, err := Convert(t.Context(), disk.Store{}, []string{filepath.Join(dir, "old")}, tb.dest, tableOptions); err != nil {
			t.Fatal(err)
		}
		var before map[string]string
		records := 0
		store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
			if op == "get" && filepath.Base(name) == "commit.json" && !strings.Contains(name, reporttest.JobA) {
				records++
			}
			if op != "open" || before != nil {
				return nil
			}
			// The old job's table is of the new layout now too, so that no job has the old one.
			for _, source := range []string{"in", "old"} {
				if _, err := Convert(t.Context(), disk.Store{}, []string{filepath.Join(dir, source)}, tb.dest, other); err != nil {
					return err
				}
			}
			before = visibleFiles(t, tb.dest)
			return nil
		}}
		o := tableOptions
		o.MixedLayout = mixed
		_, err := tb.convert(t.Context(), t, store, o)
		if mixed {
			if err != nil || records != 0 {
				t.Errorf("mixed: %v, %d records of other jobs were read", err, records)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "the table there has another layout: --format parquet --partition-by job_id,task_status in job ") || !strings.Contains(err.Error(), " and 1 more; this run has --format ndjson") {
			t.Errorf("error is %v", err)
		}
		if records != 3 { // that of one job before the work, those of two, both changed, before the claim
			t.Errorf("%d records of other jobs were read", records)
		}
		storagetest.CompareTrees(t, visibleFiles(t, tb.dest), before)
		o.MixedLayout = true
		if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
			t.Error(err)
		}
	}
}

// visibleFiles are the files of a table, without what is no part of it.
func visibleFiles(t *testing.T, dest string) map[string]string {
	t.Helper()
	files := storagetest.ReadTree(t, dest)
	for name := range files {
		if strings.HasPrefix(name, "_") {
			delete(files, name)
		}
	}
	return files
}
