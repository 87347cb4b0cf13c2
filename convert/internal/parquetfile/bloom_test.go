package parquetfile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/bloom"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

// bloomed are the columns of batchtest.EveryType that can have a filter.
func bloomed() []string {
	return []string{"key", "error_code", "http_status_code", "report_row", "occurred_at"}
}

func parquetValue(v any) parquet.Value {
	if at, ok := v.(arrow.Timestamp); ok {
		v = int64(at)
	}
	return parquet.ValueOf(v)
}

// checkBloom reports the first value of a row group that its filter does not know.
func checkBloom(s *arrow.Schema, data []byte, groups [][][]batchtest.Row) error {
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	groups = slices.DeleteFunc(slices.Clone(groups), func(g [][]batchtest.Row) bool { return len(slices.Concat(g...)) == 0 })
	for g, group := range file.RowGroups() {
		for c, chunk := range group.ColumnChunks() {
			filter := chunk.BloomFilter()
			if has := slices.Contains(bloomed(), s.Field(c).Name); has != (filter != nil) {
				return fmt.Errorf("row group %d, column %s: filter is %v", g, s.Field(c).Name, filter)
			} else if !has {
				continue
			}
			if n := filter.Size(); n < bloom.BlockSize || n&(n-1) != 0 {
				return fmt.Errorf("row group %d, column %s: filter of %d bytes", g, s.Field(c).Name, n)
			}
			for _, r := range slices.Concat(groups[g]...) {
				if r[c] == nil {
					continue
				}
				if ok, err := filter.Check(parquetValue(r[c])); err != nil || !ok {
					return fmt.Errorf("row group %d, column %s: no %.100q: %w", g, s.Field(c).Name, r[c], err)
				}
			}
		}
	}
	return nil
}

func TestBloom(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	for seed := range batchtest.Rounds(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(5, uint64(seed)))}
			var groups [][][]batchtest.Row
			for range 1 + r.IntN(3) {
				var g [][]batchtest.Row
				for range r.IntN(4) {
					g = append(g, r.Table(s, []int{0, 1, 64, 500}[r.IntN(4)]))
				}
				groups = append(groups, g)
			}
			f, err := New(s, Options{Compression: encode.Zstd, Bloom: bloomed()})
			if err != nil {
				t.Fatal(err)
			}
			data := batchtest.EncodePart(t, mem, f, s, groups)
			batchtest.CompareRows(t, readParquet(t, s, data), batchtest.Flatten(groups))
			checkPages(t, s, data, groups)
			checkLayout(t, data)
			if err := checkBloom(s, data, groups); err != nil {
				t.Error(err)
			}
			if again := batchtest.EncodePart(t, mem, f, s, groups); !bytes.Equal(again, data) {
				t.Error("the same rows gave other bytes")
			}
		})
	}
}

// TestBloomDamaged: a bit that is missing does not go unnoticed.
func TestBloomDamaged(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	s := batchtest.EveryType()
	f, err := New(s, Options{Compression: encode.Zstd, Bloom: bloomed()})
	if err != nil {
		t.Fatal(err)
	}
	var values batchtest.Row
	for _, field := range s.Fields() {
		values = append(values, map[arrow.Type]any{
			arrow.STRING: "a", arrow.DICTIONARY: "b", arrow.INT32: int32(1), arrow.INT64: int64(2), arrow.FLOAT64: 3.0, arrow.TIMESTAMP: arrow.Timestamp(4),
		}[field.Type.ID()])
	}
	groups := [][][]batchtest.Row{{{values}}}
	data := batchtest.EncodePart(t, mem, f, s, groups)
	if err := checkBloom(s, data, groups); err != nil {
		t.Fatal(err)
	}
	cleared := 0
	for c, chunk := range openParquet(t, data).Metadata().RowGroups[0].Columns {
		if len(filterBytes(data, chunk)) == 0 {
			continue
		}
		end := chunk.MetaData.BloomFilterOffset + int64(chunk.MetaData.BloomFilterLength)
		for at := end - bloom.BlockSize; at < end; at++ { // a value sets a bit in each of the eight words
			if data[at] == 0 {
				continue
			}
			damaged := bytes.Clone(data)
			damaged[at] = 0
			if err := checkBloom(s, damaged, groups); err == nil || !strings.Contains(err.Error(), "column "+s.Field(c).Name) {
				t.Errorf("column %s, byte %d cleared: error %v", s.Field(c).Name, at, err)
			}
			cleared++
		}
	}
	if want := 8 * len(bloomed()); cleared != want {
		t.Errorf("%d bits, want %d", cleared, want)
	}
}

// TestBloomRate counts the absent values that pass filters which are as full as
// their size allows.
func TestBloomRate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		values int
		size   int64
	}{
		{"just full", 49_932, 64 << 10},
		{"one more", 49_933, 128 << 10},
		{"a row group", 122_880, 256 << 10},
		{"one block", 24, 32},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			s := schema.Arrow([]schema.Column{schema.Key, schema.ErrorCode})
			f, err := New(s, Options{Compression: encode.None, Bloom: []string{"key", "error_code"}})
			if err != nil {
				t.Fatal(err)
			}
			var rows []batchtest.Row
			for i := range tt.values {
				rows = append(rows, batchtest.Row{fmt.Sprintf("archive/2025/object-%d.json", i), fmt.Sprintf("Code%d", i%20)})
			}
			chunks := openParquet(t, batchtest.EncodePart(t, mem, f, s, [][][]batchtest.Row{{rows}})).RowGroups()[0].ColumnChunks()
			if got := chunks[0].BloomFilter().Size(); got != tt.size {
				t.Errorf("filter of %d bytes, want %d", got, tt.size)
			}
			if got := chunks[1].BloomFilter().Size(); got != 32 {
				t.Errorf("filter of %d bytes for 20 entries of a dictionary, want 32", got)
			}
			const absent = 100_000
			passed := 0
			for i := range absent {
				ok, err := chunks[0].BloomFilter().Check(parquetValue(fmt.Sprintf("archive/2025/object-%d.json", tt.values+i)))
				if err != nil {
					t.Fatal(err)
				}
				if ok {
					passed++
				}
			}
			// Filters of 24 values in a block are a matter of luck: no bound is true of one.
			if rate := float64(passed) / absent; tt.values > 1000 && rate > 0.012 {
				t.Errorf("%.2f %% of absent values pass", 100*rate)
			} else {
				t.Logf("%.2f %% of absent values pass", 100*rate)
			}
		})
	}
}

// TestBloomRepeats: a value that fills a column takes the room of one.
func TestBloomRepeats(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	s := schema.Arrow([]schema.Column{schema.JobID})
	f, err := New(s, Options{Compression: encode.None, Bloom: []string{"job_id"}})
	if err != nil {
		t.Fatal(err)
	}
	data := batchtest.EncodePart(t, mem, f, s, [][][]batchtest.Row{{slices.Repeat([]batchtest.Row{{"a"}}, 10_000)}})
	if got := openParquet(t, data).RowGroups()[0].ColumnChunks()[0].BloomFilter().Size(); got != bloom.BlockSize {
		t.Errorf("filter of %d bytes", got)
	}
}
