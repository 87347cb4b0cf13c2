package convert

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// heldRows are the rows of a place that wait for a row group. Whoever holds
// them owns the batches, and gives them back with Release.
type heldRows struct {
	partition *partition
	lane      int
	batches   []arrow.Record
	taken     *taker // the last rows, if they are no whole batch; nil if there are none
	rows      int64
	bytes     int64
}

// finish makes the rows taken a batch.
func (h *heldRows) finish() {
	if h.taken != nil {
		h.batches = append(h.batches, h.taken.finish())
		h.taken = nil
	}
}

// take moves the rows of other behind those of h.
func (h *heldRows) take(other *heldRows) {
	h.finish()
	other.finish()
	h.batches = append(h.batches, other.batches...)
	h.rows += other.rows
	h.bytes += other.bytes
	other.batches, other.rows, other.bytes = nil, 0, 0
}

// Release releases the batches.
func (h *heldRows) Release() {
	h.finish()
	for _, rec := range h.batches {
		rec.Release()
	}
	h.batches = nil
}

// recordBytes is the size of a batch's buffers. A dictionary that several
// batches share counts in each, for each of them keeps it.
func recordBytes(rec arrow.Record) (n int64) {
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

// project returns rec with only the columns of to; the caller releases it.
func project(rec arrow.Record, to *arrow.Schema) arrow.Record {
	columns := make([]arrow.Array, 0, len(to.Fields()))
	for _, f := range to.Fields() {
		columns = append(columns, rec.Column(rec.Schema().FieldIndices(f.Name)[0]))
	}
	return array.NewRecord(to, columns, rec.NumRows())
}
