package ndjson

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
)

// columnValues writes the values of a column as JSON.
type columnValues interface {
	// reset begins a row group: no array seen before exists any more.
	reset()
	// use makes arr the array that append reads.
	use(arr arrow.Array)
	// append appends the value of a row that has one.
	append(dst []byte, row int) []byte
}

// newColumnValues returns what writes the values of a type, nil for types that no
// table has.
func newColumnValues(t arrow.DataType) columnValues {
	switch t := t.(type) {
	case *arrow.StringType:
		return &stringValues{}
	case *arrow.Int32Type:
		return &numbers[int32]{format: func(dst []byte, v int32) []byte { return strconv.AppendInt(dst, int64(v), 10) }}
	case *arrow.Int64Type:
		return &numbers[int64]{format: func(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }}
	case *arrow.Float64Type:
		return &numbers[float64]{format: appendFloat}
	case *arrow.TimestampType:
		if t.Unit == arrow.Microsecond && t.TimeZone == "UTC" {
			return &times{}
		}
	case *arrow.DictionaryType:
		if t.IndexType.ID() == arrow.INT32 && t.ValueType.ID() == arrow.STRING {
			return &dictionaryValues{}
		}
	}
	return nil
}

// stringValues writes the values of a string column.
type stringValues struct {
	offsets []int32
	data    []byte
}

func (v *stringValues) reset()              {}
func (v *stringValues) use(arr arrow.Array) { v.offsets, v.data = batch.Strings(arr) }

func (v *stringValues) append(dst []byte, row int) []byte {
	return appendString(dst, v.data[v.offsets[row]:v.offsets[row+1]])
}

// dictionaryValues writes an entry as JSON once for each dictionary and copies that
// to every row that refers to it.
type dictionaryValues struct {
	indices []int32         // of the array
	source  arrow.ArrayData // its dictionary
	offsets []int32         // of the dictionary's entries
	data    []byte
	written [][]byte // the entries as JSON, nil until they are needed
	text    []byte   // what written has views of
}

func (v *dictionaryValues) reset() { v.source = nil }

func (v *dictionaryValues) use(arr arrow.Array) {
	d := arr.(*array.Dictionary)
	v.indices = arrow.GetValues[int32](d.Data(), 1)
	dict := d.Dictionary()
	if dict.Data() == v.source {
		return
	}
	v.source = dict.Data()
	v.offsets, v.data = batch.Strings(dict)
	v.text = v.text[:0]
	v.written = v.written[:0]
	for range dict.Len() {
		v.written = append(v.written, nil)
	}
}

func (v *dictionaryValues) append(dst []byte, row int) []byte {
	i := v.indices[row]
	if v.written[i] == nil {
		start := len(v.text)
		v.text = appendString(v.text, v.data[v.offsets[i]:v.offsets[i+1]])
		v.written[i] = v.text[start:] // still the same bytes when text grows and moves
	}
	return append(dst, v.written[i]...)
}

// numbers writes the values of a column of numbers. Most rows have the number of the
// row before them, which is kept as text.
type numbers[T int32 | int64 | float64] struct {
	array  []T
	format func(dst []byte, v T) []byte
	last   T
	text   []byte // last as JSON; nil at first
}

func (v *numbers[T]) reset()              {}
func (v *numbers[T]) use(arr arrow.Array) { v.array = arrow.GetValues[T](arr.Data(), 1) }

func (v *numbers[T]) append(dst []byte, row int) []byte {
	if n := v.array[row]; n != v.last || n == 0 || v.text == nil { // there are two zeros
		v.last, v.text = n, v.format(v.text[:0], n)
	}
	return append(dst, v.text...)
}

// appendFloat appends the shortest number that reads back as f, in the form of
// encoding/json, and null for infinities and NaN, which JSON has no numbers for.
func appendFloat(dst []byte, f float64) []byte {
	if abs := math.Abs(f); f == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	text, err := json.Marshal(f)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, text...)
}

// times writes the values of a column of times, which are microseconds since 1970.
// Most rows have the time of the row before them, which is kept as text.
type times struct {
	array []int64
	last  int64
	text  []byte // last as JSON; nil at first
}

func (v *times) reset()              {}
func (v *times) use(arr arrow.Array) { v.array = arrow.GetValues[int64](arr.Data(), 1) }

func (v *times) append(dst []byte, row int) []byte {
	if us := v.array[row]; us != v.last || v.text == nil {
		v.last = us
		v.text = time.UnixMicro(us).UTC().AppendFormat(v.text[:0], `"2006-01-02T15:04:05.000Z"`)
	}
	return append(dst, v.text...)
}
