package convert

import (
	"fmt"
	"testing"

	"batchreport/convert/storage/disk"
)

// BenchmarkVerify reads a table from the disk's cache.
func BenchmarkVerify(b *testing.B) {
	for _, o := range []Options{{Spec: Spec{Format: Parquet, Compression: Zstd}}, {Spec: Spec{Format: NDJSON, Compression: None}}, {Spec: Spec{Format: NDJSON, Compression: Gzip}}, {Spec: Spec{Format: NDJSON, Compression: Zstd}}} {
		b.Run(fmt.Sprint(o.Format, " ", o.Compression), func(b *testing.B) {
			dir := writeTree(b, b.TempDir(), reportFiles(b, "in/", jobA, benchmarkReport()...))
			if _, err := Convert(b.Context(), disk.Store{}, []string{dir + "/in"}, dir+"/table", o); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				v, err := Verify(b.Context(), disk.Store{}, dir+"/table", VerifyOptions{})
				if err != nil || len(v.Findings) > 0 {
					b.Fatal(v, err)
				}
				b.SetBytes(v.Bytes)
			}
		})
	}
}
