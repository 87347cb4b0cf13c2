package batch

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// column is what all columns of a batch that is being filled have in common.
type column interface {
	// finish pads the column to n rows and returns them; the caller releases
	// the data. The column is empty then.
	finish(n int) arrow.ArrayData
}

// finish makes the columns, of as many rows, a record batch that the caller releases.
func finish[C column](s *arrow.Schema, columns []C, rows int) arrow.Record {
	arrays := make([]arrow.Array, len(columns))
	for i, c := range columns {
		data := c.finish(rows)
		arrays[i] = array.MakeFromData(data)
		data.Release()
	}
	rec := array.NewRecord(s, arrays, int64(rows))
	for _, a := range arrays {
		a.Release()
	}
	return rec
}

// stringColumn is a column of strings, with a dictionary or without.
type stringColumn interface {
	column
	// set sets a row. Rows are set in order, those left out are null.
	set(row int, v []byte)
}

// textColumn is a string column without a dictionary.
type textColumn struct {
	validity
	offsets fixed[int32]
	data    buffer
}

func newTextColumn(mem memory.Allocator) *textColumn {
	return &textColumn{validity: validity{bits: buffer{mem: mem}}, offsets: fixed[int32]{buffer: buffer{mem: mem}}, data: buffer{mem: mem}}
}

func (c *textColumn) set(row int, v []byte) {
	start, end := c.data.n, c.data.n+len(v)
	if row >= len(c.offsets.values) || end > len(c.data.b) || !c.has(row) {
		c.reserve(row, end)
	}
	for c.offsets.len <= row {
		c.offsets.values[c.offsets.len] = int32(start)
		c.offsets.len++
	}
	c.mark(row)
	copy(c.data.b[start:end], v)
	c.data.n = end
}

// reserve makes room for a row, and for so many bytes of all of them.
func (c *textColumn) reserve(row, size int) {
	c.offsets.reserve(row + 1)
	c.validity.reserve(row + 1)
	if size > len(c.data.b) {
		c.data.reserve(size)
	}
}

func (c *textColumn) finish(n int) arrow.ArrayData {
	c.offsets.pad(n+1, int32(c.data.n))
	bits, nulls := c.detach(n)
	return NewData(arrow.BinaryTypes.String, n, nulls, nil, bits, c.offsets.detach(), c.data.detach())
}

// fixedColumn is a column of numbers or times.
type fixedColumn[T number] struct {
	validity
	datatype arrow.DataType
	data     fixed[T]
}

func newFixedColumn[T number](mem memory.Allocator, t arrow.DataType) *fixedColumn[T] {
	return &fixedColumn[T]{validity: validity{bits: buffer{mem: mem}}, datatype: t, data: fixed[T]{buffer: buffer{mem: mem}}}
}

func (c *fixedColumn[T]) set(row int, v T) {
	if row >= len(c.data.values) || !c.has(row) {
		c.data.reserve(row + 1)
		c.validity.reserve(row + 1)
	}
	c.data.pad(row, 0)
	c.data.values[row] = v
	c.data.len = row + 1
	c.mark(row)
}

func (c *fixedColumn[T]) finish(n int) arrow.ArrayData {
	c.data.pad(n, 0)
	bits, nulls := c.detach(n)
	return NewData(c.datatype, n, nulls, nil, bits, c.data.detach())
}

// dictColumn is a string column of values that repeat. Each batch has a
// dictionary of its own, in the order of first appearance.
type dictColumn struct {
	index  *fixedColumn[int32]
	values *textColumn
	codes  map[string]int32
	names  []string // by code
	// recent has the code last used for each hash, most often that of the value
	// looked for: asking codes takes longer.
	recent [32]int32
}

func newDictColumn(mem memory.Allocator, t arrow.DataType) *dictColumn {
	return &dictColumn{index: newFixedColumn[int32](mem, t), values: newTextColumn(mem), codes: map[string]int32{}}
}

func (c *dictColumn) set(row int, v []byte) {
	recent := &c.recent[hash32(v)]
	if int(*recent) >= len(c.names) || string(v) != c.names[*recent] {
		*recent = c.code(v)
	}
	c.index.set(row, *recent)
}

// hash32 returns a number below 32 that mostly differs between few values.
func hash32(v []byte) int {
	if len(v) == 0 {
		return 0
	}
	return (len(v) + int(v[0])*5 + int(v[len(v)-1])*11) % 32
}

// code returns the code of v, a new one if need be.
func (c *dictColumn) code(v []byte) int32 {
	code, ok := c.codes[string(v)]
	if !ok {
		code = int32(len(c.names))
		name := string(v)
		c.names = append(c.names, name)
		c.codes[name] = code
		c.values.set(int(code), v)
	}
	return code
}

func (c *dictColumn) finish(n int) arrow.ArrayData {
	dictionary := c.values.finish(len(c.names))
	defer dictionary.Release()
	clear(c.codes)
	c.names = c.names[:0]
	c.index.data.pad(n, 0)
	bits, nulls := c.index.detach(n)
	return NewData(c.index.datatype, n, nulls, dictionary, bits, c.index.data.detach())
}
