package convert

import (
	"errors"
	"testing"

	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// A forced run that fails after its claim has not done what the record says is
// done, although that is the same.
func TestForcedFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	tb := newTable(t)
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	want := storagetest.ReadTree(t, tb.dest)
	o := tableOptions
	o.Force = true
	summary, err := tb.convert(t.Context(), t, &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth("publish", 1, broken)}, o)
	if !errors.Is(err, broken) || summary.Jobs[0].Outcome != Failed {
		t.Errorf("got %+v, %v; want %v", summary, err, broken)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
}
