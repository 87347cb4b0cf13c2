package ndjson

import (
	"slices"
	"testing"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

// BenchmarkEncode makes frames of 4,096 rows.
func BenchmarkEncode(b *testing.B) {
	batches, size := batchtest.SampleBatches(b, 30)
	for _, compression := range []encode.Compression{encode.Zstd, encode.None} {
		b.Run(string(compression), func(b *testing.B) {
			f, err := New(schema.Arrow(schema.AllColumns()), Options{Compression: compression})
			if err != nil {
				b.Fatal(err)
			}
			batchtest.BenchmarkEncode(b, f, size, slices.Collect(slices.Chunk(batches, 1)))
		})
	}
}
