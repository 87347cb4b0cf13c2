package verify

import (
	"path/filepath"
	"testing"

	"batchreport/convert"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// tableOptions make several parts, and files of rejects, of reporttest.Three.
var tableOptions = convert.Options{
	Spec: table.Spec{TaskSize: 1, MaxRejects: -1, Format: table.NDJSON, Compression: table.None, TargetFileSize: 1},
	Run:  convert.Run{Workers: 2},
}

// otherOptions make another table of the same report.
func otherOptions() convert.Options {
	o := tableOptions
	o.RawMessage = table.RawDrop
	return o
}

// testTable is a report on disk, and where it is converted to.
type testTable struct{ source, dest string }

func newTable(t *testing.T) testTable {
	t.Helper()
	dir := t.TempDir()
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobA, reporttest.Three()...))
	return testTable{filepath.Join(dir, "in"), filepath.Join(dir, "table")}
}

func (tb testTable) convert(t *testing.T, store storage.Store, o convert.Options) error {
	t.Helper()
	_, err := convert.Convert(t.Context(), store, []string{tb.source}, tb.dest, o)
	return err
}

// cleanTable converts and returns all that was written.
func cleanTable(t *testing.T, o convert.Options) map[string]string {
	t.Helper()
	tb := newTable(t)
	if err := tb.convert(t, disk.Store{}, o); err != nil {
		t.Fatal(err)
	}
	return storagetest.ReadTree(t, tb.dest)
}

// record returns the commit record of the table.
func (tb testTable) record(t *testing.T) *ledger.Record {
	t.Helper()
	records, err := ledger.ReadRecords(t.Context(), disk.Store{}, tb.dest)
	if err != nil || len(records) != 1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	return records[0]
}
