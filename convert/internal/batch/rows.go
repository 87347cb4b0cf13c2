package batch

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/table"
)

// Rows are the rows of a place that wait for a row group. Whoever holds
// them owns the batches, and gives them back with Release.
type Rows struct {
	Partition *table.Partition
	Batches   []arrow.Record
	gathered  *Gatherer // the last rows, if they are no whole batch; nil if there are none
	Count     int64
	Bytes     int64
}

// Finish makes the rows taken a batch.
func (h *Rows) Finish() {
	if h.gathered != nil {
		h.Batches = append(h.Batches, h.gathered.Finish())
		h.gathered = nil
	}
}

// Append moves the rows of other behind those of h.
func (h *Rows) Append(other *Rows) {
	h.Finish()
	other.Finish()
	h.Batches = append(h.Batches, other.Batches...)
	h.Count += other.Count
	h.Bytes += other.Bytes
	other.Batches, other.Count, other.Bytes = nil, 0, 0
}

// Add takes a batch over, and returns its size in bytes.
func (h *Rows) Add(rec arrow.Record) (bytes int64) {
	h.Finish()
	h.Batches = append(h.Batches, rec)
	bytes = Size(rec)
	h.Count += rec.NumRows()
	h.Bytes += bytes
	return bytes
}

// CopyRows copies the rows of rec with these numbers, and returns how many bytes
// that adds.
func (h *Rows) CopyRows(mem memory.Allocator, rec arrow.Record, numbers []int32) (bytes int64, err error) {
	if h.gathered == nil {
		if h.gathered, err = NewGatherer(mem, rec.Schema()); err != nil {
			return 0, err
		}
	}
	before := h.gathered.Size()
	h.gathered.Append(rec, numbers)
	bytes = h.gathered.Size() - before
	h.Count += int64(len(numbers))
	h.Bytes += bytes
	return bytes, nil
}

// Release releases the batches.
func (h *Rows) Release() {
	h.Finish()
	for _, rec := range h.Batches {
		rec.Release()
	}
	h.Batches = nil
}

// Size is the size of a batch's buffers. A dictionary that several
// batches share counts in each, for each of them keeps it.
func Size(rec arrow.Record) (n int64) {
	for _, col := range rec.Columns() {
		n += dataBytes(col.Data())
		if d, ok := col.(*array.Dictionary); ok {
			n += dataBytes(d.Dictionary().Data())
		}
	}
	return n
}

func dataBytes(data arrow.ArrayData) (n int64) {
	for _, b := range data.Buffers() {
		if b != nil {
			n += int64(b.Len())
		}
	}
	return n
}

// Project returns rec with only the columns of to; the caller releases it.
func Project(rec arrow.Record, to *arrow.Schema) arrow.Record {
	columns := make([]arrow.Array, 0, len(to.Fields()))
	for _, f := range to.Fields() {
		columns = append(columns, rec.Column(rec.Schema().FieldIndices(f.Name)[0]))
	}
	return array.NewRecord(to, columns, rec.NumRows())
}
