package batch

import (
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// buffer fills one Arrow buffer after the other, each at its end.
type buffer struct {
	mem memory.Allocator
	buf *memory.Buffer // nil before the first byte
	b   []byte         // all that buf has room for
	n   int            // how many bytes of b are in use
	was int            // how many the buffer before had in use
}

// extend returns n more bytes, of any content.
func (b *buffer) extend(n int) []byte {
	start := b.n
	if b.n += n; b.n > len(b.b) {
		b.reserve(b.n)
	}
	return b.b[start:b.n]
}

// reserve makes room for n bytes, and for as many as the buffer before had.
func (b *buffer) reserve(n int) {
	if b.buf == nil {
		b.buf = memory.NewResizableBuffer(b.mem)
	}
	b.buf.Reserve(max(n, 2*len(b.b), b.was+b.was/16))
	b.b = b.buf.Buf()
}

// detach returns the buffer, which the caller releases, and begins the next one.
func (b *buffer) detach() *memory.Buffer {
	b.extend(0)
	if b.buf == nil {
		b.buf = memory.NewResizableBuffer(b.mem)
	}
	b.buf.ResizeNoShrink(b.n)
	full := b.buf
	b.buf, b.b, b.was, b.n = nil, nil, b.n, 0
	return full
}

// validity is the bitmap of a column's values that are not null.
type validity struct {
	bits buffer // zero behind what is in use
}

// has reports whether there is room for row.
func (v *validity) has(row int) bool { return row < 8*len(v.bits.b) }

// mark makes row valid, for which there is room. Rows are marked in order.
func (v *validity) mark(row int) {
	n := uint(row) / 8
	v.bits.b[n] |= 1 << (uint(row) % 8)
	v.bits.n = int(n) + 1
}

// reserve makes room for n rows.
func (v *validity) reserve(n int) {
	if size := (n + 7) / 8; size > len(v.bits.b) {
		v.bits.reserve(size)
		clear(v.bits.b[v.bits.n:])
	}
}

// pad makes the rows at least n, the new ones null.
func (v *validity) pad(n int) {
	v.reserve(n)
	v.bits.n = max(v.bits.n, (n+7)/8)
}

// detach returns the bitmap of n rows, which the caller releases, and the number
// of nulls among them, and begins the next bitmap.
func (v *validity) detach(n int) (bits *memory.Buffer, nulls int) {
	v.pad(n)
	nulls = n - bitutil.CountSetBits(v.bits.b, 0, n)
	return v.bits.detach(), nulls
}

// number is what a column of numbers or times has in its buffer.
type number interface{ int32 | int64 | float64 }

// fixed is a buffer of numbers.
type fixed[T number] struct {
	buffer
	values []T // all that the buffer has room for
	len    int // how many of values are in use
}

// pad makes the numbers at least n, the new ones v.
func (f *fixed[T]) pad(n int, v T) {
	if n > f.len {
		f.fill(n, v)
	}
}

func (f *fixed[T]) fill(n int, v T) {
	f.reserve(n)
	missing := f.values[f.len:n]
	for i := range missing {
		missing[i] = v
	}
	f.len = n
}

// reserve makes room for n numbers.
func (f *fixed[T]) reserve(n int) {
	if n > len(f.values) {
		f.grow(n)
	}
}

// size returns the bytes in use.
func (f *fixed[T]) size() int {
	var v T
	return f.len * int(unsafe.Sizeof(v))
}

// grow makes room for n numbers.
func (f *fixed[T]) grow(n int) {
	var v T
	f.buffer.reserve(n * int(unsafe.Sizeof(v)))
	f.values = arrow.GetData[T](f.b)
}

// detach returns the numbers as a buffer, which the caller releases, and begins
// the next one.
func (f *fixed[T]) detach() *memory.Buffer {
	f.n = f.size()
	f.values, f.len = nil, 0
	return f.buffer.detach()
}

// extendRows returns as many more numbers as rows says, of any content, behind the
// first n, of which those that are missing become v.
func (f *fixed[T]) extendRows(n, rows int, v T) []T {
	f.pad(n, v)
	if n+rows > len(f.values) {
		f.grow(n + rows)
	}
	f.len = n + rows
	return f.values[n:f.len]
}

// extendRows returns the bitmap of n rows, of which the new ones are null.
func (v *validity) extendRows(n int) []byte {
	v.pad(n)
	return v.bits.b
}
