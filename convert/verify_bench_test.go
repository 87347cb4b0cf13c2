package convert

import (
	"testing"

	"batchreport/convert/storage/disk"
)

// BenchmarkVerify reads a table from the disk's cache.
func BenchmarkVerify(b *testing.B) {
	for _, o := range []Options{{Format: Parquet, Compression: Zstd}, {Format: NDJSON, Compression: None}, {Format: NDJSON, Compression: Gzip}, {Format: NDJSON, Compression: Zstd}} {
		b.Run(o.Format+" "+o.Compression, func(b *testing.B) {
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
