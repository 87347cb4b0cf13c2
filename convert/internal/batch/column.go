package batch

import (
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// buffer is an Arrow buffer that grows at its end.
type buffer struct {
	mem memory.Allocator
	buf *memory.Buffer
	b   []byte // all that buf has room for
	n   int    // how much of it is in use
	was int    // how much the last one had in use
}

// extend returns n more bytes, of any content.
func (b *buffer) extend(n int) []byte {
	if b.n+n > len(b.b) {
		b.reserve(b.n + n)
	}
	b.n += n
	return b.b[b.n-n : b.n]
}

// reserve makes room for n bytes, and for as many as the last one had.
func (b *buffer) reserve(n int) {
	if b.buf == nil {
		b.buf = memory.NewResizableBuffer(b.mem)
	}
	b.buf.Reserve(max(n, 2*len(b.b), b.was+b.was/16))
	b.b = b.buf.Buf()
}

// steal returns what was written; the caller releases it.
func (b *buffer) steal() *memory.Buffer {
	b.extend(0)
	if b.buf == nil {
		b.buf = memory.NewResizableBuffer(b.mem)
	}
	b.buf.ResizeNoShrink(b.n)
	taken := b.buf
	b.buf, b.b, b.was, b.n = nil, nil, b.n, 0
	return taken
}

// validity is the bitmap of a column's values that are not null.
type validity struct {
	bits  buffer
	valid int
}

// mark makes row valid. Rows are marked in order.
func (v *validity) mark(row int) {
	if row >= 8*v.bits.n {
		v.pad(row + 1)
	}
	v.bits.b[row/8] |= 1 << (row % 8)
	v.valid++
}

// pad makes at least n rows, the new ones null.
func (v *validity) pad(n int) {
	if missing := (n+7)/8 - v.bits.n; missing > 0 {
		clear(v.bits.extend(missing))
	}
}

// steal returns the bitmap of n rows and the number of nulls.
func (v *validity) steal(n int) (bits *memory.Buffer, nulls int) {
	v.pad(n)
	nulls = n - v.valid
	v.valid = 0
	return v.bits.steal(), nulls
}

// textColumn is a string column.
type textColumn struct {
	validity
	offsets fixed[int32]
	data    buffer
}

func newTextColumn(mem memory.Allocator) *textColumn {
	return &textColumn{validity: validity{bits: buffer{mem: mem}}, offsets: fixed[int32]{buffer: buffer{mem: mem}}, data: buffer{mem: mem}}
}

func (c *textColumn) set(row int, v []byte) {
	c.offsets.pad(row+1, int32(c.data.n))
	c.mark(row)
	copy(c.data.extend(len(v)), v)
}

func (c *textColumn) finish(n int) arrow.ArrayData {
	c.offsets.pad(n+1, int32(c.data.n))
	bits, nulls := c.steal(n)
	return NewData(arrow.BinaryTypes.String, n, nulls, nil, bits, c.offsets.steal(), c.data.steal())
}

// fixed is a buffer of numbers.
type fixed[T int32 | int64 | float64] struct {
	buffer
	values []T // all that the buffer has room for
	len    int
}

// pad makes n numbers, the new ones v.
func (f *fixed[T]) pad(n int, v T) {
	if n > len(f.values) {
		f.grow(n)
	}
	for ; f.len < n; f.len++ {
		f.values[f.len] = v
	}
}

// size is the bytes in use.
func (f *fixed[T]) size() int {
	var v T
	return f.len * int(unsafe.Sizeof(v))
}

// grow makes room for n numbers.
func (f *fixed[T]) grow(n int) {
	var v T
	f.reserve(n * int(unsafe.Sizeof(v)))
	f.values = arrow.GetData[T](f.b)
}

// steal returns the numbers; the caller releases them.
func (f *fixed[T]) steal() *memory.Buffer {
	f.n = f.size()
	f.values, f.len = nil, 0
	return f.buffer.steal()
}

// fixedColumn is a column of numbers.
type fixedColumn[T int32 | int64 | float64] struct {
	validity
	datatype arrow.DataType
	data     fixed[T]
}

func newFixedColumn[T int32 | int64 | float64](mem memory.Allocator, t arrow.DataType) *fixedColumn[T] {
	return &fixedColumn[T]{validity: validity{bits: buffer{mem: mem}}, datatype: t, data: fixed[T]{buffer: buffer{mem: mem}}}
}

func (c *fixedColumn[T]) set(row int, v T) {
	c.data.pad(row, 0)
	c.data.pad(row+1, v)
	c.mark(row)
}

func (c *fixedColumn[T]) finish(n int) arrow.ArrayData {
	c.data.pad(n, 0)
	bits, nulls := c.steal(n)
	return NewData(c.datatype, n, nulls, nil, bits, c.data.steal())
}

// dictColumn is a string column of values that repeat. Each batch has a
// dictionary of its own, in the order of first appearance.
type dictColumn struct {
	index  *fixedColumn[int32]
	values *textColumn
	codes  map[string]int32
	names  []string // by code
	// recent has a code for each hash, most often that of the value looked for: a
	// map takes longer.
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
	bits, nulls := c.index.steal(n)
	return NewData(c.index.datatype, n, nulls, dictionary, bits, c.index.data.steal())
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
