package extsort

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
)

// TestRunDamaged: no bit of what was spilled can change without notice.
func TestRunDamaged(t *testing.T) {
	t.Parallel()
	mem := batchtest.CheckedMemory(t, batch.NewRecycler())
	s := batchtest.EveryType()
	gatherer, err := batch.NewGatherer(mem, s)
	if err != nil {
		t.Fatal(err)
	}
	rec := batchtest.NewBatch(t, mem, s, batchtest.Random{Rand: rand.New(rand.NewPCG(1, 1))}.Table(s, 3))
	defer rec.Release()
	gatherer.AppendPicks([]arrow.Record{rec}, []batch.Pick{{Row: 0}, {Row: 1}, {Row: 2}})
	var r run
	r.add(new(blockWriter), gatherer.Finish())
	reader := runReader{mem: mem, columns: s}
	whole, err := reader.next(r.reader())
	if err != nil {
		t.Fatal(err)
	}
	batchtest.CompareRows(t, rowsOf(whole), rowsOf(rec))
	whole.Release()
	section := func(b []byte) *io.SectionReader { return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))) }
	for i := range r.data {
		for bit := range 8 {
			damaged := slices.Clone(r.data)
			damaged[i] ^= 1 << bit
			if rec, err := reader.next(section(damaged)); err == nil {
				rec.Release()
				t.Errorf("byte %d, bit %d flipped: no error", i, bit)
			}
		}
		if rec, err := reader.next(section(r.data[:i])); err == nil {
			rec.Release()
			t.Errorf("cut at %d: no error", i)
		}
		// A file that lost its end: that is no end of the run.
		short := io.NewSectionReader(bytes.NewReader(r.data[:i]), 0, r.size)
		if _, err := reader.next(short); !errors.Is(err, errDamagedRun) {
			t.Errorf("file cut at %d: %v; want %v", i, err, errDamagedRun)
		}
	}
}
