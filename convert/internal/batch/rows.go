package batch

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/table"
)

// Rows are pending rows of one partition: batches that wait until they make a row
// group. Whoever holds them owns the batches, and gives them back with Release.
type Rows struct {
	Partition *table.Partition
	Batches   []arrow.Record // all rows, once Finish was called
	Count     int64          // of rows
	Bytes     int64          // of their buffers

	copied *Gatherer // the rows behind Batches, from CopyRows; nil if there are none
}

// Finish makes the rows that were copied, if there are any, the last of Batches.
func (r *Rows) Finish() {
	if r.copied != nil {
		r.Batches = append(r.Batches, r.copied.Finish())
		r.copied = nil
	}
}

// Add appends a batch, which it owns from then on, and returns its size in bytes.
func (r *Rows) Add(rec arrow.Record) (bytes int64) {
	r.Finish()
	r.Batches = append(r.Batches, rec)
	bytes = Size(rec)
	r.Count += rec.NumRows()
	r.Bytes += bytes
	return bytes
}

// CopyRows appends copies of the rows of rec with these numbers, and returns how
// many bytes that adds. The buffers are of mem.
func (r *Rows) CopyRows(mem memory.Allocator, rec arrow.Record, numbers []int32) (bytes int64, err error) {
	if r.copied == nil {
		if r.copied, err = NewGatherer(mem, rec.Schema()); err != nil {
			return 0, err
		}
	}
	before := r.copied.Size()
	r.copied.Append(rec, numbers)
	bytes = r.copied.Size() - before
	r.Count += int64(len(numbers))
	r.Bytes += bytes
	return bytes, nil
}

// Release gives all rows back.
func (r *Rows) Release() {
	r.Finish()
	for _, rec := range r.Batches {
		rec.Release()
	}
	r.Batches = nil
}
