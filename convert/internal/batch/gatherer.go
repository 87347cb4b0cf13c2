package batch

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Gatherer gathers rows of batches in a batch of its own. Were each batch's rows
// kept apart, a thousand partitions would hold mostly empty buffers. It exists
// because arrow/compute, which could do it, brings in the whole of Arrow's
// Parquet and gRPC.
type Gatherer struct {
	schema  *arrow.Schema
	columns []gatheredColumn
	Rows    int
}

// gatheredColumn is a column of a taker.
type gatheredColumn interface {
	column
	// copyRows appends rows of an array behind the n rows there are.
	copyRows(n int, from arrow.Array, rows []int32)
	// gather appends rows of several arrays behind the n rows there are.
	gather(n int, from []arrow.Array, picks []Pick)
	// size is the bytes in use.
	size() int
}

func NewGatherer(mem memory.Allocator, schema *arrow.Schema) (*Gatherer, error) {
	t := &Gatherer{schema: schema}
	texts := new([]textView) // columns gather one after the other
	for _, f := range schema.Fields() {
		var c gatheredColumn
		switch f.Type.ID() {
		case arrow.STRING:
			c = gatheredText{newTextColumn(mem), texts}
		case arrow.DICTIONARY:
			c = gatheredDict{newDictColumn(mem, f.Type), new([]dictView)}
		case arrow.INT32:
			c = gatheredNumbers[int32]{newFixedColumn[int32](mem, f.Type)}
		case arrow.INT64, arrow.TIMESTAMP:
			c = gatheredNumbers[int64]{newFixedColumn[int64](mem, f.Type)}
		case arrow.FLOAT64:
			c = gatheredNumbers[float64]{newFixedColumn[float64](mem, f.Type)}
		default:
			return nil, fmt.Errorf("take rows: no table has columns of type %s", f.Type)
		}
		t.columns = append(t.columns, c)
	}
	return t, nil
}

// Append appends the rows of a batch with these numbers.
func (t *Gatherer) Append(rec arrow.Record, rows []int32) {
	for i, c := range t.columns {
		c.copyRows(t.Rows, rec.Column(i), rows)
	}
	t.Rows += len(rows)
}

// Size is the bytes of all rows so far.
func (t *Gatherer) Size() (n int64) {
	for _, c := range t.columns {
		n += int64(c.size())
	}
	return n
}

// Finish returns the rows so far, which the caller releases, and begins anew.
func (t *Gatherer) Finish() arrow.Record {
	columns := make([]arrow.Array, len(t.columns))
	for i, c := range t.columns {
		data := c.finish(t.Rows)
		columns[i] = array.MakeFromData(data)
		data.Release()
	}
	rec := array.NewRecord(t.schema, columns, int64(t.Rows))
	for _, c := range columns {
		c.Release()
	}
	t.Rows = 0
	return rec
}

type gatheredText struct {
	*textColumn
	views *[]textView
}

func (c gatheredText) copyRows(n int, from arrow.Array, rows []int32) {
	col := from.(*array.String)
	for i, row := range rows {
		if col.IsValid(int(row)) {
			c.set(n+i, stringBytes(col, int(row)))
		}
	}
}

type gatheredDict struct {
	*dictColumn
	views *[]dictView
}

func (c gatheredDict) copyRows(n int, from arrow.Array, rows []int32) {
	col := from.(*array.Dictionary)
	indices := col.Indices().(*array.Int32)
	values := col.Dictionary().(*array.String)
	var last, code int32 = -1, 0 // most often one index follows itself
	for i, row := range rows {
		if col.IsNull(int(row)) {
			continue
		}
		if index := indices.Value(int(row)); index != last {
			last, code = index, c.code(stringBytes(values, int(index)))
		}
		c.index.set(n+i, code)
	}
}

type gatheredNumbers[T int32 | int64 | float64] struct{ *fixedColumn[T] }

func (c gatheredNumbers[T]) copyRows(n int, from arrow.Array, rows []int32) {
	values := arrow.GetValues[T](from.Data(), 1)
	for i, row := range rows {
		if from.IsValid(int(row)) {
			c.set(n+i, values[row])
		}
	}
}

func (c *textColumn) size() int     { return c.bits.n + 4*c.offsets.len + c.data.n }
func (c *dictColumn) size() int     { return c.index.size() + c.values.size() }
func (c *fixedColumn[T]) size() int { return c.bits.n + c.data.size() }
