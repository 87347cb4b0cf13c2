package parquetfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch"
)

// pageValues collects the values of a page, nulls left out, and encodes them as in
// Encodings.md. It may keep views of the arrays until the next reset.
type pageValues interface {
	// kind returns the physical type of the column.
	kind() pq.Type
	// encoding returns the encoding of the data pages.
	encoding() pq.Encoding

	// reset begins a column chunk.
	reset()
	// use makes arr the array that weigh and append read.
	use(arr arrow.Array) error
	// weigh returns how many bytes n rows from row at add to size at most.
	weigh(at, n int) int
	// append adds row at+i for every bit i that is set.
	append(at int, valid uint64)
	// size returns how many bytes the values so far have when they are encoded.
	size() int
	// flush appends the encoded values to dst and begins the next page.
	flush(dst []byte) ([]byte, bounds)
	// compare compares two bounds.
	compare(a, b []byte) int
}

// newPageValues returns the values of a column of that type, which newNode accepts.
func newPageValues(t arrow.DataType) pageValues {
	switch t.ID() {
	case arrow.INT32:
		return &numbers[int32]{physical: pq.Int32, width: 4}
	case arrow.INT64, arrow.TIMESTAMP:
		return &numbers[int64]{physical: pq.Int64, width: 8}
	case arrow.FLOAT64:
		return &numbers[float64]{physical: pq.Double, width: 8}
	case arrow.DICTIONARY:
		return newDictionaryValues()
	default:
		return &stringValues{}
	}
}

// numbers are PLAIN numbers, little endian.
type numbers[T int32 | int64 | float64] struct {
	physical pq.Type
	width    int
	array    []T
	page     []T
}

func (v *numbers[T]) kind() pq.Type         { return v.physical }
func (v *numbers[T]) encoding() pq.Encoding { return pq.Plain }
func (v *numbers[T]) reset()                { v.page = v.page[:0] }
func (v *numbers[T]) weigh(_, n int) int    { return n * v.width }
func (v *numbers[T]) size() int             { return len(v.page) * v.width }

func (v *numbers[T]) use(arr arrow.Array) error {
	v.array = arrow.GetValues[T](arr.Data(), 1)
	return nil
}

func (v *numbers[T]) append(at int, valid uint64) {
	for ; valid != 0; valid &= valid - 1 {
		v.page = append(v.page, v.array[at+bits.TrailingZeros64(valid)])
	}
}

func (v *numbers[T]) flush(dst []byte) ([]byte, bounds) {
	var b bounds
	if len(v.page) > 0 {
		b = numberBounds(slices.Min(v.page), slices.Max(v.page))
	}
	dst = littleEndian(dst, v.page)
	v.page = v.page[:0]
	return dst, b
}

func (v *numbers[T]) compare(a, b []byte) int {
	var x, y T
	_, _ = binary.Decode(a, binary.LittleEndian, &x)
	_, _ = binary.Decode(b, binary.LittleEndian, &y)
	return cmp.Compare(x, y)
}

// numberBounds returns the bounds of numbers.
func numberBounds(low, high any) bounds {
	b := bounds{present: true, exact: true}
	if f, ok := low.(float64); ok {
		low, high, b.exact = floatBounds(f, high.(float64))
	}
	b.min, b.max = littleEndian(nil, low), littleEndian(nil, high)
	return b
}

// floatBounds returns bounds as parquet.thrift wants them at ColumnOrder. A zero bound
// has the sign that is further out. NaN, which low and high are where there is one, has
// no place in the order, so the bounds are infinite then, and not exact.
func floatBounds(low, high float64) (float64, float64, bool) {
	if math.IsNaN(low) {
		return math.Inf(-1), math.Inf(1), false
	}
	if low == 0 {
		low = math.Copysign(0, -1)
	}
	if high == 0 {
		high = 0 // not -0
	}
	return low, high, true
}

// littleEndian appends a number or a slice of numbers.
func littleEndian(dst []byte, v any) []byte {
	dst, _ = binary.Append(dst, binary.LittleEndian, v) // fails only on types whose size is not fixed
	return dst
}

// stringValues are PLAIN strings: four bytes of length, then the bytes.
type stringValues struct {
	offsets []int32
	data    []byte
	page    []byte
	bounds  stringBounds
}

func (v *stringValues) kind() pq.Type           { return pq.ByteArray }
func (v *stringValues) encoding() pq.Encoding   { return pq.Plain }
func (v *stringValues) size() int               { return len(v.page) }
func (v *stringValues) compare(a, b []byte) int { return bytes.Compare(a, b) }

func (v *stringValues) reset() {
	v.page = v.page[:0]
	v.bounds = stringBounds{}
}

func (v *stringValues) use(arr arrow.Array) error {
	v.offsets, v.data = batch.Strings(arr)
	return nil
}

func (v *stringValues) weigh(at, n int) int {
	return 4*n + int(v.offsets[at+n]-v.offsets[at])
}

func (v *stringValues) append(at int, valid uint64) {
	page := v.page
	for ; valid != 0; valid &= valid - 1 {
		i := at + bits.TrailingZeros64(valid)
		s := v.data[v.offsets[i]:v.offsets[i+1]]
		page = binary.LittleEndian.AppendUint32(page, uint32(len(s)))
		page = append(page, s...)
		v.bounds.add(s)
	}
	v.page = page
}

func (v *stringValues) flush(dst []byte) ([]byte, bounds) {
	dst = append(dst, v.page...)
	b := v.bounds.bounds()
	v.reset()
	return dst, b
}
