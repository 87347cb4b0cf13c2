package reading

import (
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/internal/stage"
	"batchreport/convert/plan"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// BenchmarkReader is one goroutine that reads, hashes and cuts.
func BenchmarkReader(b *testing.B) {
	data := reporttest.Large()[0].Data
	store := storagetest.Memory{Objects: map[string]string{"f": data}}
	file := plan.File{Name: "f", Size: int64(len(data)), MD5: reporttest.MD5([]byte(data))}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := newReader(store, table.Spec{}.WithDefaults().MaxRecordBytes)
		r.config.Files = []plan.File{file}
		out := make(chan *Block)
		done := make(chan error, 1)
		go func() { done <- r.Run(b.Context(), out) }()
		stage.Drain(out)
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}
