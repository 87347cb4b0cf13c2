package extsort

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
)

// sortColumn is a column of a batch that rows are sorted by: strings are in the order
// of their bytes, numbers in that of their values, nulls last.
type sortColumn struct {
	valid   batch.Valid
	offsets []int32 // of strings, or of the dictionary's
	data    []byte
	indices []int32                // of a dictionary
	number  func(row int32) uint64 // the value as a number that has the same order; nil for strings
}

func newSortColumn(arr arrow.Array) sortColumn {
	c := sortColumn{valid: batch.ValidOf(arr)}
	switch a := arr.(type) {
	case *array.String:
		c.offsets, c.data = batch.Strings(a)
	case *array.Dictionary:
		c.indices = arrow.GetValues[int32](a.Data(), 1)
		c.offsets, c.data = batch.Strings(a.Dictionary())
	case *array.Int32:
		values := a.Int32Values()
		c.number = func(row int32) uint64 { return uint64(values[row]) ^ 1<<63 }
	case *array.Float64:
		values := a.Float64Values()
		c.number = func(row int32) uint64 { return orderedFloat(values[row]) }
	default: // int64, timestamp
		values := arrow.GetValues[int64](arr.Data(), 1)
		c.number = func(row int32) uint64 { return uint64(values[row]) ^ 1<<63 }
	}
	return c
}

// orderedFloat returns numbers in the order of floats: both zeros are the same,
// what is no number comes last.
func orderedFloat(v float64) uint64 {
	switch b := math.Float64bits(v); {
	case math.IsNaN(v):
		return math.MaxUint64
	case v == 0:
		return 1 << 63
	case v < 0:
		return ^b
	default:
		return b | 1<<63
	}
}

func (c *sortColumn) isNull(row int32) bool { return !c.valid.Has(row) }

// text returns the value of a row of strings that is not null.
func (c *sortColumn) text(row int32) []byte {
	if c.indices != nil {
		row = c.indices[row]
	}
	return c.data[c.offsets[row]:c.offsets[row+1]]
}

// compare compares a row with one of another batch's column.
func (c *sortColumn) compare(row int32, other *sortColumn, otherRow int32) int {
	switch null, otherNull := c.isNull(row), other.isNull(otherRow); {
	case null && otherNull:
		return 0
	case null:
		return 1
	case otherNull:
		return -1
	case c.number != nil:
		return cmp.Compare(c.number(row), other.number(otherRow))
	default:
		return bytes.Compare(c.text(row), other.text(otherRow))
	}
}

// The length that comes with a word of a value. For a string whose rest fits into the
// word it is the number of bytes of the rest, 0 to 8.
const (
	longer = 9   // the string goes on behind the word
	null   = 255 // there is no value
)

// word returns eight bytes of a value from byte depth on as a number, big end first.
// Of values that are the same up to depth, the words have the order of the values, and
// of two equal words the one with the lesser length is that of the lesser value.
func (c *sortColumn) word(row int32, depth int) (word uint64, length uint8) {
	if c.isNull(row) {
		return math.MaxUint64, null
	}
	if c.number != nil {
		return c.number(row), 8
	}
	rest := c.text(row)
	rest = rest[min(depth, len(rest)):]
	if len(rest) >= 8 {
		word = binary.BigEndian.Uint64(rest)
	} else {
		var eight [8]byte
		copy(eight[:], rest)
		word = binary.BigEndian.Uint64(eight[:])
	}
	return word, uint8(min(len(rest), longer))
}
