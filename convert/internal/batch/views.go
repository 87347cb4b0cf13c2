package batch

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Valid says which rows of an Arrow array have a value: it has a bit for each row,
// the first at offset, the least significant of a byte first. A nil bitmap means
// that all rows have one.
type Valid struct {
	bitmap []byte
	offset int
}

// ValidOf returns which rows of arr have a value. It is a view: the array must live
// as long.
func ValidOf(arr arrow.Array) Valid {
	data := arr.Data()
	if buf := data.Buffers()[0]; buf != nil && arr.NullN() > 0 {
		return Valid{buf.Bytes(), data.Offset()}
	}
	return Valid{}
}

// Has reports whether a row has a value.
func (v Valid) Has(row int32) bool {
	if v.bitmap == nil {
		return true
	}
	bit := v.offset + int(row)
	return v.bitmap[bit/8]>>(bit%8)&1 != 0
}

// Load returns the bits of n rows from row at, 64 at most: bit i is that of row
// at+i, and those above are 0.
func (v Valid) Load(at, n int) uint64 {
	mask := ^uint64(0) >> (64 - n)
	if v.bitmap == nil {
		return mask
	}
	at += v.offset
	var nine [9]byte // 64 bits from any bit touch as many bytes
	from := v.bitmap[at/8:]
	if len(from) < len(nine) {
		copy(nine[:], from)
		from = nine[:]
	}
	shift := at % 8
	return (binary.LittleEndian.Uint64(from)>>shift | uint64(from[8])<<(64-shift)) & mask
}

// Strings returns the values of a string array as a view of its buffers: value i is
// data[offsets[i]:offsets[i+1]].
func Strings(arr arrow.Array) (offsets []int32, data []byte) {
	d := arr.Data()
	if b := d.Buffers()[1]; b != nil {
		offsets = arrow.GetData[int32](b.Bytes())[d.Offset():]
	} else {
		offsets = make([]int32, d.Len()+1) // Arrow lets an array without bytes have none
	}
	if b := d.Buffers()[2]; b != nil {
		data = b.Bytes()
	}
	return offsets, data
}

// stringBytes returns a value of a string column without a copy.
func stringBytes(col *array.String, row int) []byte {
	offsets := col.ValueOffsets()
	return col.ValueBytes()[offsets[row]-offsets[0] : offsets[row+1]-offsets[0]]
}
