package parquetfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/parquet-go/parquet-go"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
)

func openParquet(t testing.TB, data []byte) *parquet.File {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// readParquet reads all rows as parquet-go sees them.
func readParquet(t testing.TB, s *arrow.Schema, data []byte) []batchtest.Row {
	t.Helper()
	reader := parquet.NewReader(openParquet(t, data))
	defer reader.Close()
	var rows []batchtest.Row
	buf := make([]parquet.Row, 100)
	for {
		n, err := reader.ReadRows(buf)
		for _, values := range buf[:n] {
			r := make(batchtest.Row, len(values))
			for i, v := range values {
				r[i] = goValue(s.Field(i).Type, v)
			}
			rows = append(rows, r)
		}
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func goValue(t arrow.DataType, v parquet.Value) any {
	if v.IsNull() {
		return nil
	}
	switch t.ID() {
	case arrow.INT32:
		return v.Int32()
	case arrow.INT64:
		return v.Int64()
	case arrow.FLOAT64:
		return v.Double()
	case arrow.TIMESTAMP:
		return arrow.Timestamp(v.Int64())
	default:
		return string(v.ByteArray())
	}
}

func TestRandomTables(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	compressions := []encode.Compression{encode.Zstd, encode.Snappy, encode.Gzip, encode.None}
	for seed := range batchtest.Rounds(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(1, uint64(seed)))}
			var groups [][][]batchtest.Row
			for range 1 + r.IntN(3) {
				var g [][]batchtest.Row
				for range r.IntN(4) {
					g = append(g, r.Table(s, []int{0, 1, 7, 8, 63, 64, 65, r.IntN(500)}[r.IntN(8)]))
				}
				groups = append(groups, g)
			}
			f, err := New(s, Options{Compression: compressions[seed%4]})
			if err != nil {
				t.Fatal(err)
			}
			f.(*fileFormat).pageSize = 16 << r.IntN(17)
			data := batchtest.EncodePart(t, mem, f, s, groups)
			batchtest.CompareRows(t, readParquet(t, s, data), batchtest.Flatten(groups))
			checkPages(t, s, data, groups)
			checkLayout(t, data)

			if again := batchtest.EncodePart(t, mem, f, s, groups); !bytes.Equal(again, data) {
				t.Error("the same rows gave other bytes")
			}
		})
	}
}
