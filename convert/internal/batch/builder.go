package batch

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// Builder fills the columns of one record batch at a time. It belongs to one
// worker. It writes Arrow's buffers itself: most values are null, so a column
// that a row does not mention costs nothing until the next value or the end of
// the batch pads it. A value of a column that the batch does not have is dropped.
type Builder struct {
	Rows int // of the batch so far; a row that Next has not ended does not count

	schema    *arrow.Schema
	texts     [schema.NumColumns]stringColumn
	int32s    [schema.NumColumns]*fixedColumn[int32]
	int64s    [schema.NumColumns]*fixedColumn[int64]
	floats    [schema.NumColumns]*fixedColumn[float64]
	extracted []extractedColumn
	order     []column // all of them, in the order of the schema
}

// NewBuilder returns a builder of batches with these columns, behind them what the
// user extracts from payloads.
func NewBuilder(mem memory.Allocator, cols []schema.Column, extracts ...schema.Extract) *Builder {
	b := &Builder{schema: schema.Arrow(cols, extracts...)}
	for _, f := range schema.Arrow(cols).Fields() {
		c, _ := schema.ParseColumn(f.Name, cols)
		switch f.Type.ID() {
		case arrow.STRING:
			b.texts[c] = newTextColumn(mem)
			b.order = append(b.order, b.texts[c])
		case arrow.DICTIONARY:
			b.texts[c] = newDictColumn(mem, f.Type)
			b.order = append(b.order, b.texts[c])
		case arrow.INT32:
			b.int32s[c] = newFixedColumn[int32](mem, f.Type)
			b.order = append(b.order, b.int32s[c])
		case arrow.FLOAT64:
			b.floats[c] = newFixedColumn[float64](mem, f.Type)
			b.order = append(b.order, b.floats[c])
		default: // int64, timestamp
			b.int64s[c] = newFixedColumn[int64](mem, f.Type)
			b.order = append(b.order, b.int64s[c])
		}
	}
	for _, e := range extracts {
		c := newExtractedColumn(mem, e)
		b.extracted = append(b.extracted, c)
		b.order = append(b.order, c.column)
	}
	return b
}

// Text sets a string column of the current row; nil is null.
func (b *Builder) Text(c schema.Column, v []byte) {
	if col := b.texts[c]; v != nil && col != nil {
		col.set(b.Rows, v)
	}
}

// Int sets an int32 column of the current row.
func (b *Builder) Int(c schema.Column, v schema.Int) {
	if col := b.int32s[c]; v.Valid && col != nil {
		col.set(b.Rows, v.Value)
	}
}

// Time sets a timestamp column of the current row.
func (b *Builder) Time(c schema.Column, v schema.Time) {
	if v.Valid {
		b.Int64(c, v.Micros())
	}
}

// Int64 sets an int64 or timestamp column of the current row.
func (b *Builder) Int64(c schema.Column, v int64) {
	if col := b.int64s[c]; col != nil {
		col.set(b.Rows, v)
	}
}

// Float sets a float64 column of the current row.
func (b *Builder) Float(c schema.Column, v schema.Float) {
	if col := b.floats[c]; v.Valid && col != nil {
		col.set(b.Rows, v.Value)
	}
}

// Extract sets the extracted columns of the current row from its JSON payload and
// returns how many values did not fit.
func (b *Builder) Extract(payload []byte) (misfits int64) {
	for i := range b.extracted {
		c := &b.extracted[i]
		if v := c.Find(payload); v != nil && !c.set(b.Rows, v) {
			misfits++
		}
	}
	return misfits
}

// Next ends the current row.
func (b *Builder) Next() { b.Rows++ }

// Finish returns the rows so far as a record batch that the caller releases,
// and begins the next one.
func (b *Builder) Finish() arrow.Record {
	rec := finish(b.schema, b.order, b.Rows)
	b.Rows = 0
	return rec
}
