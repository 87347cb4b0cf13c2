package convert

import (
	"context"
	"iter"
	"testing"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// splitColumns are a table of the message's most wanted parts without the message.
func splitColumns() []schema.Column {
	return []schema.Column{
		schema.Bucket, schema.Key, schema.VersionID, schema.TaskStatus, schema.ErrorCode, schema.HTTPStatusCode, schema.ResultText,
		schema.Service, schema.ServiceErrorCode, schema.ServiceStatusCode, schema.RequestID, schema.ExtendedRequestID,
		schema.ErrorType, schema.ETag, schema.CopySourceVersionID, schema.LastModified,
	}
}

// discardStore throws away the parts that are written.
type discardStore struct{ storagetest.Memory }

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

type discardOutput struct{}

func (discardOutput) Write(p []byte) (int, error)      { return len(p), nil }
func (discardOutput) Commit() (storage.Pending, error) { return storage.Pending{}, nil }
func (discardOutput) UploadID() string                 { return "" }
func (discardOutput) Abort() error                     { return nil }

// BenchmarkNormalizer is one worker that turns blocks into batches.
func BenchmarkNormalizer(b *testing.B) {
	for _, bb := range []struct {
		name       string
		columns    []schema.Column
		rawMessage table.RawMessage
	}{
		{"all columns", schema.AllColumns(), table.RawAuto},
		{"split columns", splitColumns(), table.RawDrop},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := newNormalizer(batch.NewRecycler(), 1, plan.File{Key: "f"})
			n.columns, n.rawMessage = bb.columns, bb.rawMessage
			var blocks []*reading.Block
			var size int64
			for _, r := range reporttest.Large() {
				// A block has some 6000 records.
				blocks = append(blocks, newBlocks(&n.files[0], r.Data, 6000)...)
				size += int64(len(r.Data))
			}
			work := n.newWorker()
			data := make([]byte, 0, reading.BlockSize)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, from := range blocks {
					// A worker changes what it is given.
					mine := *from
					mine.Data = append(data[:0], from.Data...)
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

// BenchmarkConvert is all of it on all cores, from memory to nowhere but for the record.
func BenchmarkConvert(b *testing.B) {
	report := reporttest.Large()
	objects := reporttest.ReportFiles(b, "in/", reporttest.JobA, report...)
	store := discardStore{storagetest.Memory{Objects: objects, Store: disk.Store{}}}
	for _, bb := range []struct {
		name    string
		options Options
	}{
		{"default", Options{}},
		{"split columns", Options{Spec: table.Spec{Columns: splitColumns(), RawMessage: table.RawDrop, PartitionBy: []schema.Column{}}}},
		{"split columns by status and code", Options{Spec: table.Spec{Columns: splitColumns(), RawMessage: table.RawDrop, PartitionBy: []schema.Column{schema.TaskStatus, schema.ErrorCode}}}},
		{"ndjson", Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None}}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(report[0].Data) + len(report[1].Data)))
			b.ReportAllocs()
			for b.Loop() {
				dest := storage.Join(b.TempDir(), "table") // a new folder each time
				if _, err := Convert(b.Context(), store, []string{"in"}, dest, bb.options); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
