package batch

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Gatherer copies rows of batches into a batch of its own. Were each batch's rows
// kept apart, a thousand partitions would hold mostly empty buffers. It exists
// because arrow/compute, which could do it, brings in the whole of Arrow's
// Parquet and gRPC.
type Gatherer struct {
	Rows int // so far

	schema  *arrow.Schema
	columns []gatheredColumn
}

// gatheredColumn is a column of a Gatherer.
type gatheredColumn interface {
	column
	// appendRows appends rows of an array behind the n rows there are.
	appendRows(n int, from arrow.Array, rows []int32)
	// appendPicks appends rows of several arrays behind the n rows there are.
	appendPicks(n int, from []arrow.Array, picks []Pick)
	// size returns the bytes in use.
	size() int
}

// NewGatherer returns a Gatherer of batches of that schema. It fails on a column
// type that no table has.
func NewGatherer(mem memory.Allocator, s *arrow.Schema) (*Gatherer, error) {
	g := &Gatherer{schema: s}
	texts := new([]textView) // shared: columns are filled one after the other
	for _, f := range s.Fields() {
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
			return nil, fmt.Errorf("gather rows: no table has columns of type %s", f.Type)
		}
		g.columns = append(g.columns, c)
	}
	return g, nil
}

// Append appends the rows of a batch with these numbers.
func (g *Gatherer) Append(rec arrow.Record, rows []int32) {
	for i, c := range g.columns {
		c.appendRows(g.Rows, rec.Column(i), rows)
	}
	g.Rows += len(rows)
}

// Size returns the bytes of all rows so far.
func (g *Gatherer) Size() (n int64) {
	for _, c := range g.columns {
		n += int64(c.size())
	}
	return n
}

// Finish returns the rows so far as a batch that the caller releases, and begins
// the next one.
func (g *Gatherer) Finish() arrow.Record {
	rec := finish(g.schema, g.columns, g.Rows)
	g.Rows = 0
	return rec
}

type gatheredText struct {
	*textColumn
	views *[]textView // what appendPicks works with
}

func (c gatheredText) appendRows(n int, from arrow.Array, rows []int32) {
	col := from.(*array.String)
	for i, row := range rows {
		if col.IsValid(int(row)) {
			c.set(n+i, stringBytes(col, int(row)))
		}
	}
}

type gatheredDict struct {
	*dictColumn
	views *[]dictView // by batch of the picks
}

func (c gatheredDict) appendRows(n int, from arrow.Array, rows []int32) {
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

type gatheredNumbers[T number] struct{ *fixedColumn[T] }

func (c gatheredNumbers[T]) appendRows(n int, from arrow.Array, rows []int32) {
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
