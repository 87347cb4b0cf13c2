package convert

import (
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// A dry run says what the run would do, and changes nothing: not even what a
// dead run has begun to commit.
func TestDryRun(t *testing.T) {
	t.Parallel()
	dry := tableOptions
	dry.DryRun = true
	tb := newTable(t)
	check := func(name string, outcome Outcome) *Summary {
		t.Helper()
		before := storagetest.ReadTree(t, tb.dest)
		s, err := tb.convert(t.Context(), t, disk.Store{}, dry)
		if err != nil || len(s.Jobs) != 1 || s.Jobs[0].Outcome != outcome {
			t.Errorf("%s: %+v, %v; want %s", name, s.Jobs, err, outcome)
		}
		storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
		return s
	}
	if s := check("nothing there", Planned); s.Totals.Files != 3 || s.Totals.BytesIn == 0 {
		t.Errorf("totals %+v; want 3 files", s.Totals)
	}
	if _, err := tb.convert(t.Context(), t, &lossyStore{Store: disk.Store{}, op: "publish", n: 1}, tableOptions); err == nil {
		t.Fatal("the run ended well")
	}
	check("a commit has begun", Unchanged)
	dry.RawMessage = table.RawKeep
	check("another commit has begun", Planned)
	dry.RawMessage = ""
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	check("committed", Unchanged)
}

// Tasks and commits have dry runs too.
func TestDrySteps(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	p := tb.plan(t, tableOptions)
	var store storage.Store = disk.Store{}
	dry := Options{Run: Run{Change: Change{DryRun: true}}}
	for index := range p.Tasks() {
		before := storagetest.ReadTree(t, tb.dest)
		if s, err := RunTask(t.Context(), store, p, index, dry.Run); err != nil || s.Outcome != Planned || s.Totals.Files != 1 {
			t.Errorf("task %d: %+v, %v; want it planned", index, s, err)
		}
		if _, err := Commit(t.Context(), store, p, dry.Change); err == nil {
			t.Error("a commit before all tasks is planned")
		}
		storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
		if _, err := RunTask(t.Context(), store, p, index, Run{}); err != nil {
			t.Fatal(err)
		}
		if s, err := RunTask(t.Context(), store, p, index, dry.Run); err != nil || s.Outcome != Unchanged {
			t.Errorf("task %d again: %+v, %v; want it unchanged", index, s, err)
		}
	}
	before := storagetest.ReadTree(t, tb.dest)
	s, err := Commit(t.Context(), store, p, dry.Change)
	if err != nil || s.Jobs[0].Outcome != Planned || s.Totals.Parts == 0 {
		t.Errorf("commit: %+v, %v; want it planned", s, err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
}
