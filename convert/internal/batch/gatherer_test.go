package batch

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch/batchtest"
)

// TestGatherer compares with a batch that Arrow's own builders make of the same rows.
func TestGatherer(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	sizes := []int{0, 1, 7, 8, 9, 63, 64, 65, 500}
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			defer mem.AssertSize(t, 0)
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(seed, 0))}
			gatherer, err := NewGatherer(mem, s)
			if err != nil {
				t.Fatal(err)
			}
			var kept []batchtest.Row
			for range r.IntN(4) {
				rows := r.Table(s, sizes[r.IntN(len(sizes))])
				share := []float64{0, 0.1, 0.9, 1}[r.IntN(4)]
				var numbers []int32
				for i, row := range rows {
					if r.Float64() < share {
						numbers = append(numbers, int32(i))
						kept = append(kept, row)
					}
				}
				rec := batchtest.NewBatch(t, mem, s, rows) // a slice of a larger batch
				gatherer.Append(rec, numbers)
				rec.Release()
			}
			size := gatherer.Size()
			got := gatherer.Finish()
			defer got.Release()
			if have := Size(got); size > have { // nulls at the end come last
				t.Errorf("%d bytes, the batch has %d", size, have)
			}
			want := batchtest.NewBatch(t, mem, s, kept)
			defer want.Release()
			if got.NumRows() != want.NumRows() {
				t.Fatalf("%d rows; want %d", got.NumRows(), want.NumRows())
			}
			for i, field := range s.Fields() {
				if !sameColumn(got.Column(i), want.Column(i)) {
					t.Errorf("%s:\n got %v\nwant %v", field.Name, got.Column(i), want.Column(i))
				}
			}
		})
	}
}

// sameColumn compares two columns; dictionaries may differ if the values do not.
func sameColumn(a, b arrow.Array) bool {
	if a.DataType().ID() != arrow.DICTIONARY {
		return array.Equal(a, b)
	}
	if a.Len() != b.Len() || a.NullN() != b.NullN() {
		return false
	}
	for i := range a.Len() {
		if a.IsNull(i) != b.IsNull(i) || a.ValueStr(i) != b.ValueStr(i) {
			return false
		}
	}
	return true
}

func TestGathererUnknownType(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	s := arrow.NewSchema([]arrow.Field{
		{Name: "s", Type: arrow.BinaryTypes.String},
		{Name: "b", Type: arrow.FixedWidthTypes.Boolean},
	}, nil)
	if _, err := NewGatherer(mem, s); err == nil || !strings.Contains(err.Error(), "bool") {
		t.Errorf("error is %v; want one that names the type", err)
	}
}
