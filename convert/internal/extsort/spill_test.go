package extsort

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
)

// TestSpillErrors: where rows cannot be kept, the error says where and why.
func TestSpillErrors(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	tables := manyTables(s)
	t.Run("no folder", func(t *testing.T) {
		t.Parallel()
		sorter := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 2, "key")
		sorter.spill.dir = filepath.Join(sorter.spill.dir, "missing")
		_, err := sorted(t.Context(), t, sorter, tables, all)
		var spill *SpillError
		if !errors.As(err, &spill) || spill.Dir != sorter.spill.dir || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error is %v", err)
		}
	})
	for _, passes := range []bool{false, true} {
		t.Run(fmt.Sprintf("a file that takes no more, in a merge %t", passes), func(t *testing.T) {
			t.Parallel()
			sorter := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 2, "key")
			if passes {
				sorter.limits.keep = 1 << 30 // so that only merges write
			}
			readOnly, err := os.Open(os.DevNull)
			if err != nil {
				t.Fatal(err)
			}
			sorter.spill.f = readOnly
			_, err = sorted(t.Context(), t, sorter, tables, all)
			var spill *SpillError
			if !errors.As(err, &spill) || spill.Dir != sorter.spill.dir {
				t.Errorf("error is %v", err)
			}
		})
	}
}
