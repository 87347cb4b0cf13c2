package parquetfile

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
)

// TestStats: what is known of a part's columns is what its rows say, over all row groups.
func TestStats(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	known := 0
	for seed := range 60 {
		r := batchtest.Random{Rand: rand.New(rand.NewPCG(2, uint64(seed)))}
		f, err := New(s, Options{Compression: encode.None})
		if err != nil {
			t.Fatal(err)
		}
		part, err := f.NewPart(io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		var rows []batchtest.Row
		for range r.IntN(4) {
			group := r.Table(s, 1+r.IntN(100))
			rec := batchtest.NewBatch(t, memory.NewGoAllocator(), s, group)
			g, err := f.NewEncoder().Encode(nil, []arrow.Record{rec})
			rec.Release()
			if err == nil {
				err = part.Append(g)
			}
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, group...)
		}
		if err := part.Close(); err != nil {
			t.Fatal(err)
		}
		for i, got := range part.Stats() {
			field := s.Field(i)
			want := encode.ColumnStats{Column: field.Name}
			var low, high any
			long := false
			for _, row := range rows {
				v := row[i]
				if v == nil {
					want.Nulls++
					continue
				}
				text, ok := v.(string)
				long = long || ok && len(text) > chunkBoundSize
				if low == nil || batchtest.CompareCells(v, low) < 0 {
					low = v
				}
				if high == nil || batchtest.CompareCells(v, high) > 0 {
					high = v
				}
			}
			want.Min, want.Max = bound(low), bound(high)
			if long && got.Min == nil && got.Max == nil {
				want.Min, want.Max = nil, nil
			}
			if got.Min != nil {
				known++
			}
			if got != want && fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("seed %d: %#v, want %#v", seed, got, want)
			}
		}
	}
	if known == 0 {
		t.Error("no bounds were known")
	}
}

// bound returns a cell as Stats has it.
func bound(v any) any {
	switch v := v.(type) {
	case int32:
		return int64(v)
	case arrow.Timestamp:
		return time.UnixMicro(int64(v)).UTC()
	}
	return v
}
