package verify

import (
	"fmt"
	"testing"

	"batchreport/convert"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// BenchmarkVerify reads a table from the disk's cache.
func BenchmarkVerify(b *testing.B) {
	for _, o := range []convert.Options{{Spec: table.Spec{Format: table.Parquet, Compression: table.Zstd}}, {Spec: table.Spec{Format: table.NDJSON, Compression: table.None}}, {Spec: table.Spec{Format: table.NDJSON, Compression: table.Gzip}}, {Spec: table.Spec{Format: table.NDJSON, Compression: table.Zstd}}} {
		b.Run(fmt.Sprint(o.Format, " ", o.Compression), func(b *testing.B) {
			dir := storagetest.WriteTree(b, b.TempDir(), reporttest.ReportFiles(b, "in/", reporttest.JobA, reporttest.Large()...))
			if _, err := convert.Convert(b.Context(), disk.Store{}, []string{dir + "/in"}, dir+"/table", o); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				v, err := Table(b.Context(), disk.Store{}, dir+"/table", Options{})
				if err != nil || len(v.Findings) > 0 {
					b.Fatal(v, err)
				}
				b.SetBytes(v.Bytes)
			}
		})
	}
}
