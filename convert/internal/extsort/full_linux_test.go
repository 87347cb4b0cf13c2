package extsort

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
)

// A disk that has no more room for rows to be sorted ends a run with an error
// that names the folder.
func TestFullTempDir(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	o := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 2, "key")
	var err error
	if o.spill.f, err = os.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	_, err = sorted(t.Context(), t, o, manyTables(s), all)
	var spill *SpillError
	if !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &spill) || spill.Dir != o.spill.dir {
		t.Errorf("error is %v", err)
	}
}
