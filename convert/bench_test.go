package convert

import (
	"context"
	"iter"
	"sync"
	"testing"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// benchmarkSize is about the size in bytes of the report that is worked on.
const benchmarkSize = 32 << 20

// benchmarkReport is a report in memory, made once: making it takes longer than
// converting it.
var benchmarkReport = sync.OnceValue(func() []resultFile {
	g := newGenerator(1)
	return []resultFile{g.file(statusSucceeded, benchmarkSize*7/10), g.file(statusFailed, benchmarkSize*3/10)}
})

// splitColumns are a table of the message's most wanted parts without the message.
func splitColumns() []schema.Column {
	return []schema.Column{
		schema.Bucket, schema.Key, schema.VersionID, schema.TaskStatus, schema.ErrorCode, schema.HTTPStatusCode, schema.ResultText,
		schema.Service, schema.ServiceErrorCode, schema.ServiceStatusCode, schema.RequestID, schema.ExtendedRequestID,
		schema.ErrorType, schema.ETag, schema.CopySourceVersionID, schema.LastModified,
	}
}

// discardStore throws away what is written.
type discardStore struct{ memoryStore }

// Create implements storage.Store.
func (discardStore) Create(context.Context, string, string) (storage.Output, error) {
	return discardOutput{}, nil
}

// Publish implements storage.Store.
func (discardStore) Publish(context.Context, storage.Pending) error { return nil }

// Discard implements storage.Store.
func (discardStore) Discard(context.Context, storage.Pending) error { return nil }

// Unpublished implements storage.Store.
func (discardStore) Unpublished(context.Context, string, string) iter.Seq2[storage.Unpublished, error] {
	return func(func(storage.Unpublished, error) bool) {}
}

// Swap implements storage.Store.
func (discardStore) Swap(context.Context, string, []byte, string) (string, error) { return "", nil }

// Delete implements storage.Store.
func (discardStore) Delete(context.Context, string) error { return nil }

// Put implements storage.Store.
func (discardStore) Put(context.Context, string, []byte) error { return nil }

type discardOutput struct{}

func (discardOutput) Write(p []byte) (int, error)      { return len(p), nil }
func (discardOutput) Commit() (storage.Pending, error) { return storage.Pending{}, nil }
func (discardOutput) Abort() error                     { return nil }

// BenchmarkReader is one goroutine that reads, hashes and cuts.
func BenchmarkReader(b *testing.B) {
	data := benchmarkReport()[0].data
	store := memoryStore{objects: map[string]string{"f": data}}
	file := File{Name: "f", Size: int64(len(data)), MD5: sum([]byte(data))}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := newReader(store, maxRecordBytes)
		r.files = []File{file}
		out := make(chan *rows)
		done := make(chan error, 1)
		go func() { done <- r.Run(b.Context(), out) }()
		drain(out)
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNormalizer is one worker that turns blocks into batches.
func BenchmarkNormalizer(b *testing.B) {
	for _, bb := range []struct {
		name       string
		columns    []schema.Column
		rawMessage RawMessage
	}{
		{"all columns", schema.AllColumns(), RawAuto},
		{"split columns", splitColumns(), RawDrop},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := newNormalizer(newRecycler(), 1, File{Key: "f"})
			n.columns, n.rawMessage = bb.columns, bb.rawMessage
			var blocks []*rows
			var size int64
			for _, r := range benchmarkReport() {
				// A block has some 6000 records.
				blocks = append(blocks, newBlocks(&n.files[0], r.data, 6000)...)
				size += int64(len(r.data))
			}
			work := n.newWorker()
			pool := &sync.Pool{}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, block := range blocks {
					// A worker changes what it is given.
					mine := *block
					mine.pool = pool
					if old, ok := pool.Get().(*rows); ok {
						mine.data = append(old.data[:0], block.data...)
					} else {
						mine.data = append(make([]byte, 0, blockSize), block.data...)
					}
					batch, err := work(&mine)
					if err != nil {
						b.Fatal(err)
					}
					batch.Release()
				}
			}
		})
	}
}

// BenchmarkConvert is all of it on all cores, from memory to nowhere.
func BenchmarkConvert(b *testing.B) {
	report := benchmarkReport()
	store := discardStore{memoryStore{objects: reportFiles(b, "in/", jobA, report...)}}
	for _, bb := range []struct {
		name    string
		options Options
	}{
		{"default", Options{}},
		{"split columns", Options{Spec: Spec{Columns: splitColumns(), RawMessage: RawDrop, PartitionBy: []schema.Column{}}}},
		{"split columns by status and code", Options{Spec: Spec{Columns: splitColumns(), RawMessage: RawDrop, PartitionBy: []schema.Column{schema.TaskStatus, schema.ErrorCode}}}},
		{"ndjson", Options{Spec: Spec{Format: NDJSON, Compression: None}}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(report[0].data) + len(report[1].data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Convert(b.Context(), store, []string{"in"}, "table", bb.options); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
