package batch

import (
	"batchreport/schema"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Size returns the bytes of a batch's buffers. A dictionary that several
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

// dataBytes returns the bytes of an array's own buffers.
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

// ColumnOf returns a column of a batch; nil if it has none of that name.
func ColumnOf(rec arrow.Record, c schema.Column) arrow.Array {
	for _, i := range rec.Schema().FieldIndices(c.String()) {
		return rec.Column(i)
	}
	return nil
}

// NewData makes the data of an array, which holds the buffers and the
// dictionary from then on; the caller's hold on the buffers ends.
func NewData(t arrow.DataType, n, nulls int, dictionary arrow.ArrayData, buffers ...*memory.Buffer) arrow.ArrayData {
	dict, _ := dictionary.(*array.Data)
	data := array.NewDataWithDictionary(t, n, buffers, nulls, 0, dict)
	for _, b := range buffers {
		b.Release()
	}
	return data
}
