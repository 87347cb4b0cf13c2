package extsort

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
)

// TestFullTempDir: a disk that has no more room for rows to be sorted ends a run with an error
// that names the folder.
func TestFullTempDir(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	sorter := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 2, "key")
	var err error
	if sorter.spill.f, err = os.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	_, err = sorted(t.Context(), t, sorter, manyTables(s), all)
	var spill *SpillError
	if !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &spill) || spill.Dir != sorter.spill.dir {
		t.Errorf("error is %v", err)
	}
}
