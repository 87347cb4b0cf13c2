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

// jsonValues writes the values of a column as JSON.
type jsonValues interface {
	// reset begins a row group: no array seen before exists any more.
	reset()
	// use makes arr the array that append reads.
	use(arr arrow.Array)
	// append appends the value of a row that has one.
	append(dst []byte, row int) []byte
}

// newJSONValues returns nil for types that no table has.
func newJSONValues(t arrow.DataType) jsonValues {
	switch t := t.(type) {
	case *arrow.StringType:
		return &jsonStrings{}
	case *arrow.Int32Type:
		return &jsonNumbers[int32]{format: func(dst []byte, v int32) []byte { return strconv.AppendInt(dst, int64(v), 10) }}
	case *arrow.Int64Type:
		return &jsonNumbers[int64]{format: func(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }}
	case *arrow.Float64Type:
		return &jsonNumbers[float64]{format: appendJSONFloat}
	case *arrow.TimestampType:
		if t.Unit == arrow.Millisecond && t.TimeZone == "UTC" {
			return &jsonTimes{}
		}
	case *arrow.DictionaryType:
		if t.IndexType.ID() == arrow.INT32 && t.ValueType.ID() == arrow.STRING {
			return &jsonDictionary{}
		}
	}
	return nil
}

type jsonStrings struct {
	offsets []int32
	data    []byte
}

func (v *jsonStrings) reset()              {}
func (v *jsonStrings) use(arr arrow.Array) { v.offsets, v.data = batch.Strings(arr) }

func (v *jsonStrings) append(dst []byte, row int) []byte {
	return appendJSON(dst, v.data[v.offsets[row]:v.offsets[row+1]])
}

// jsonDictionary writes an entry once for each dictionary and copies it to
// every row that refers to it.
type jsonDictionary struct {
	indices []int32
	offsets []int32
	data    []byte
	source  arrow.ArrayData // the dictionary
	written [][]byte        // its entries, nil until they are needed
	text    []byte          // what they are views of
}

func (v *jsonDictionary) reset() { v.source = nil }

func (v *jsonDictionary) use(arr arrow.Array) {
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

func (v *jsonDictionary) append(dst []byte, row int) []byte {
	i := v.indices[row]
	if v.written[i] == nil {
		start := len(v.text)
		v.text = appendJSON(v.text, v.data[v.offsets[i]:v.offsets[i+1]])
		v.written[i] = v.text[start:] // stays what it is when text moves
	}
	return append(dst, v.written[i]...)
}

// jsonNumbers writes numbers. Most columns of them repeat the one of the row
// before, which is kept.
type jsonNumbers[T int32 | int64 | float64] struct {
	array  []T
	format func(dst []byte, v T) []byte
	last   T
	text   []byte // of last; nil at first
}

func (v *jsonNumbers[T]) reset()              {}
func (v *jsonNumbers[T]) use(arr arrow.Array) { v.array = arrow.GetValues[T](arr.Data(), 1) }

func (v *jsonNumbers[T]) append(dst []byte, row int) []byte {
	if n := v.array[row]; n != v.last || n == 0 || v.text == nil { // there are two zeros
		v.last, v.text = n, v.format(v.text[:0], n)
	}
	return append(dst, v.text...)
}

// appendJSONFloat appends the shortest number that reads back as f, in the form
// of encoding/json; null where JSON has none, for infinities and NaN.
func appendJSONFloat(dst []byte, f float64) []byte {
	if abs := math.Abs(f); f == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	text, err := json.Marshal(f)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, text...)
}

// jsonTimes writes milliseconds since 1970. Most rows have the time of the row
// before them, which is kept.
type jsonTimes struct {
	array []int64
	last  int64
	text  []byte // of last; nil at first
}

func (v *jsonTimes) reset()              {}
func (v *jsonTimes) use(arr arrow.Array) { v.array = arrow.GetValues[int64](arr.Data(), 1) }

func (v *jsonTimes) append(dst []byte, row int) []byte {
	if ms := v.array[row]; ms != v.last || v.text == nil {
		v.last = ms
		v.text = time.UnixMilli(ms).UTC().AppendFormat(v.text[:0], `"2006-01-02T15:04:05.000Z"`)
	}
	return append(dst, v.text...)
}
