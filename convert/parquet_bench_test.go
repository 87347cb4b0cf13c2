package convert

import (
	"io"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
)

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

// BenchmarkParquetEncode makes one row group of 122,880 rows.
func BenchmarkParquetEncode(b *testing.B) {
	batches, size := sampleBatches(b, 30)
	for _, compression := range []Compression{Zstd, None} {
		b.Run(string(compression), func(b *testing.B) {
			f, err := newParquet(schema.Arrow(schema.AllColumns()), parquetOptions{compression: compression})
			if err != nil {
				b.Fatal(err)
			}
			benchmarkEncode(b, f, size, [][]arrow.Record{batches})
		})
	}
}
