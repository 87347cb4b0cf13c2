package convert

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// take returns the rows of a batch with these numbers as a batch of its own,
// which the caller releases. A dictionary is shared unless it is larger than the
// rows need, or few rows would keep much in memory. It exists because
// arrow/compute, which could do it, brings in the whole of Arrow's Parquet and
// gRPC.
func take(mem memory.Allocator, rec arrow.Record, rows []int32) (arrow.Record, error) {
	columns := make([]arrow.Array, 0, rec.NumCols())
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for _, col := range rec.Columns() {
		data, err := takeColumn(mem, col, rows)
		if err != nil {
			return nil, err
		}
		columns = append(columns, array.MakeFromData(data))
		data.Release()
	}
	return array.NewRecord(rec.Schema(), columns, int64(len(rows))), nil
}

func takeColumn(mem memory.Allocator, col arrow.Array, rows []int32) (arrow.ArrayData, error) {
	switch col := col.(type) {
	case *array.String:
		out := newTextColumn(mem)
		size := 0
		for _, row := range rows {
			size += col.ValueLen(int(row))
		}
		out.data.was = size
		for i, row := range rows {
			if col.IsValid(int(row)) {
				out.set(i, stringBytes(col, int(row)))
			}
		}
		return out.finish(len(rows)), nil
	case *array.Dictionary:
		if col.Dictionary().Len() > len(rows) {
			return takeValues(mem, col, rows), nil
		}
		out := newFixedColumn[int32](mem, col.DataType())
		indices := col.Indices().(*array.Int32)
		for i, row := range rows {
			if col.IsValid(int(row)) {
				out.set(i, indices.Value(int(row)))
			}
		}
		out.data.pad(len(rows), 0)
		bits, nulls := out.take(len(rows))
		return newData(col.DataType(), len(rows), nulls, col.Dictionary().Data(), bits, out.data.take()), nil
	case *array.Int32:
		return takeNumbers(mem, col, col.Int32Values(), rows), nil
	case *array.Int64:
		return takeNumbers(mem, col, col.Int64Values(), rows), nil
	case *array.Float64:
		return takeNumbers(mem, col, col.Float64Values(), rows), nil
	case *array.Timestamp:
		values := arrow.GetData[int64](arrow.TimestampTraits.CastToBytes(col.TimestampValues()))
		return takeNumbers(mem, col, values, rows), nil
	default:
		return nil, fmt.Errorf("take rows: no table has columns of type %s", col.DataType())
	}
}

// takeValues takes rows of a dictionary column with a dictionary of their own.
func takeValues(mem memory.Allocator, col *array.Dictionary, rows []int32) arrow.ArrayData {
	out := newDictColumn(mem, col.DataType())
	values := col.Dictionary().(*array.String)
	for i, row := range rows {
		if col.IsValid(int(row)) {
			out.set(i, stringBytes(values, col.GetValueIndex(int(row))))
		}
	}
	return out.finish(len(rows))
}

func takeNumbers[T int32 | int64 | float64](mem memory.Allocator, col arrow.Array, values []T, rows []int32) arrow.ArrayData {
	out := newFixedColumn[T](mem, col.DataType())
	for i, row := range rows {
		if col.IsValid(int(row)) {
			out.set(i, values[row])
		}
	}
	return out.finish(len(rows))
}

// stringBytes returns a value of a string column without a copy.
func stringBytes(col *array.String, row int) []byte {
	offsets := col.ValueOffsets()
	return col.ValueBytes()[offsets[row]-offsets[0] : offsets[row+1]-offsets[0]]
}
