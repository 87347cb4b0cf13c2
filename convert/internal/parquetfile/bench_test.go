package parquetfile

import (
	"io"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

// BenchmarkPart appends a row group to a part, which should take next to no time.
func BenchmarkPart(b *testing.B) {
	batches, _ := batchtest.SampleBatches(b, 30)
	f, err := New(schema.Arrow(schema.AllColumns()), Options{Compression: encode.Zstd})
	if err != nil {
		b.Fatal(err)
	}
	g, err := f.NewEncoder().Encode(nil, batches)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(g.Data)))
	b.ReportAllocs()
	for b.Loop() {
		part, err := f.NewPart(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		if err := part.Append(g); err != nil {
			b.Fatal(err)
		}
		if err := part.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncode makes one row group of 122,880 rows.
func BenchmarkEncode(b *testing.B) {
	batches, size := batchtest.SampleBatches(b, 30)
	for _, compression := range []encode.Compression{encode.Zstd, encode.None} {
		b.Run(string(compression), func(b *testing.B) {
			f, err := New(schema.Arrow(schema.AllColumns()), Options{Compression: compression})
			if err != nil {
				b.Fatal(err)
			}
			batchtest.BenchmarkEncode(b, f, size, [][]arrow.Record{batches})
		})
	}
}
