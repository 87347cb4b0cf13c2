package convert

import (
	"io"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// sampleBatches returns n batches of 4096 rows of the whole table.
func sampleBatches(b *testing.B, n int) (batches []arrow.Record, bytes int64) {
	b.Helper()
	s := schema.Arrow(schema.AllColumns())
	for i := range n {
		rows := make([]row, 4096)
		for j := range rows {
			rows[j] = sampleRow(s, i*len(rows)+j)
		}
		batch := newBatch(b, memory.NewGoAllocator(), s, rows)
		b.Cleanup(batch.Release)
		batches = append(batches, batch)
		for _, r := range rows {
			for _, v := range r {
				if text, ok := v.(string); ok {
					bytes += int64(len(text))
				} else if v != nil {
					bytes += 8
				}
			}
		}
	}
	return batches, bytes
}

// BenchmarkEncode is a worker's part: Parquet in one row group of 122,880 rows,
// NDJSON in frames of 4,096 rows.
func BenchmarkEncode(b *testing.B) {
	batches, size := sampleBatches(b, 30)
	s := schema.Arrow(schema.AllColumns())
	run := func(name string, groups [][]arrow.Record, f format, err error) {
		b.Run(name, func(b *testing.B) {
			if err != nil {
				b.Fatal(err)
			}
			enc := f.newEncoder()
			var out int
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				out = 0
				for _, batches := range groups {
					g, err := enc.encode(nil, batches)
					if err != nil {
						b.Fatal(err)
					}
					out += len(g.data)
				}
			}
			b.ReportMetric(float64(out), "output-bytes")
		})
	}
	for _, compression := range []Compression{Zstd, None} {
		f, err := newParquet(s, parquetOptions{compression: compression})
		run("parquet/"+string(compression), [][]arrow.Record{batches}, f, err)
		f, err = newNDJSON(s, ndjsonOptions{compression: compression})
		run("ndjson/"+string(compression), slices.Collect(slices.Chunk(batches, 1)), f, err)
	}
}

// BenchmarkParquetPart is the copying of a row group into a part, which is to
// cost next to nothing.
func BenchmarkParquetPart(b *testing.B) {
	batches, _ := sampleBatches(b, 30)
	f, err := newParquet(schema.Arrow(schema.AllColumns()), parquetOptions{compression: Zstd})
	if err != nil {
		b.Fatal(err)
	}
	g, err := f.newEncoder().encode(nil, batches)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(g.data)))
	b.ReportAllocs()
	for b.Loop() {
		part, err := f.newPart(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		if err := part.append(g); err != nil {
			b.Fatal(err)
		}
		if err := part.close(); err != nil {
			b.Fatal(err)
		}
	}
}
