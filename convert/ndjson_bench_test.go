package convert

import (
	"batchreport/schema"
	"slices"
	"testing"
)

// BenchmarkNDJSONEncode makes frames of 4,096 rows.
func BenchmarkNDJSONEncode(b *testing.B) {
	batches, size := sampleBatches(b, 30)
	for _, compression := range []Compression{Zstd, None} {
		b.Run(string(compression), func(b *testing.B) {
			f, err := newNDJSON(schema.Arrow(schema.AllColumns()), ndjsonOptions{compression: compression})
			if err != nil {
				b.Fatal(err)
			}
			benchmarkEncode(b, f, size, slices.Collect(slices.Chunk(batches, 1)))
		})
	}
}
