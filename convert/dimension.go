package convert

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/schema"
)

// Dimension is what rows are grouped by: the values of a column, or a part of them.
type Dimension struct {
	Column schema.Column
	// Depth is how many folders of the key make the group; 0 for the whole key. Other
	// columns have none.
	Depth int
	// Unit is the span of time that makes the group; 0 for each time by itself. Only
	// columns of times have one.
	Unit time.Duration
}

// units are the spans of time that a dimension can have, by name.
var units = [...]struct {
	name string
	span time.Duration
}{{"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}}

// maxDepth is the most folders of a key that make a group: S3's keys have 1,024 bytes.
const maxDepth = 1024

// ParseDimension returns the dimension of that name: that of a column, key:N for the
// first N folders of a key, or the name of a column of times with :minute, :hour or :day.
func ParseDimension(text string) (Dimension, error) {
	name, part, hasPart := strings.Cut(text, ":")
	c, err := schema.ParseColumn(name, append(schema.AllColumns(), schema.ReportDate))
	d := Dimension{Column: c}
	if err != nil || !hasPart {
		return d, err
	}
	switch {
	case c == schema.Key:
		d.Depth, err = strconv.Atoi(part)
		if err != nil || d.Depth < 1 || d.Depth > maxDepth {
			return d, fmt.Errorf("%s: key:N is its first N folders, from 1 to %d", text, maxDepth)
		}
		return d, nil
	case c.Type().ID() == arrow.TIMESTAMP:
		for _, u := range units {
			if u.name == part {
				d.Unit = u.span
				return d, nil
			}
		}
		return d, fmt.Errorf("%s: a time is grouped by minute, hour or day%s", text, schema.DidYouMean(part, "minute", "hour", "day"))
	}
	return d, fmt.Errorf("%s: only key and the times have parts, such as key:1 and %s:hour", text, schema.OccurredAt)
}

// String returns the name that ParseDimension takes.
func (d Dimension) String() string {
	switch {
	case d.Depth > 0:
		return fmt.Sprintf("%s:%d", d.Column, d.Depth)
	case d.Unit > 0:
		for _, u := range units {
			if u.span == d.Unit {
				return d.Column.String() + ":" + u.name
			}
		}
	}
	return d.Column.String()
}

// noCode stands for null among the codes of a batch. No status code has this value.
const noCode = math.MinInt32

// dimensionValues are the values of a dimension in the rows of a batch.
type dimensionValues struct {
	codes []int32                 // by row: rows of equal codes have the same value
	text  func(code int32) string // of a code that is not noCode
}

// valuesIn returns the values of a dimension in a batch, which has to live as long.
func (d Dimension) valuesIn(rec arrow.Record) dimensionValues {
	return d.valuesOf(columnOf(rec, d.Column))
}

// valuesOf returns the values of a dimension in its column, which has to live as long.
func (d Dimension) valuesOf(col arrow.Array) dimensionValues {
	switch a := col.(type) {
	case *array.Dictionary:
		return withoutNulls(a, a.Indices().(*array.Int32).Int32Values(), a.Dictionary().(*array.String).Value)
	case *array.Int32:
		return withoutNulls(a, a.Int32Values(), func(code int32) string { return strconv.Itoa(int(code)) })
	case *array.Int64:
		return numbered(a, a.Value, func(n int64) string { return strconv.FormatInt(n, 10) })
	case *array.Float64:
		return numbered(a, a.Value, func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) })
	case *array.Timestamp:
		unit := max(d.Unit.Microseconds(), 1)
		value := func(row int) int64 { return floor(int64(a.Value(row)), unit) }
		return numbered(a, value, func(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999Z07:00") })
	case *array.String:
		if d.Depth > 0 {
			return numbered(a, func(row int) string { return prefix(a.Value(row), d.Depth) }, strings.Clone)
		}
		return numbered(a, a.Value, strings.Clone)
	}
	return dimensionValues{codes: make([]int32, col.Len()), text: func(int32) string { return "" }}
}

// withoutNulls takes codes that a column has already. Those of nulls are noCode.
func withoutNulls[I int | int32](col arrow.Array, codes []int32, text func(I) string) dimensionValues {
	if col.NullN() > 0 {
		codes = slices.Clone(codes)
		for row := range codes {
			if col.IsNull(row) {
				codes[row] = noCode
			}
		}
	}
	return dimensionValues{codes: codes, text: func(code int32) string { return text(I(code)) }}
}

// numbered gives each value a code, in the order of their first rows.
func numbered[T comparable](col arrow.Array, value func(row int) T, text func(T) string) dimensionValues {
	v := dimensionValues{codes: make([]int32, col.Len())}
	known := map[T]int32{}
	var values []T
	for row := range v.codes {
		if col.IsNull(row) {
			v.codes[row] = noCode
			continue
		}
		x := value(row)
		code, ok := known[x]
		if !ok {
			code = int32(len(values))
			known[x] = code
			values = append(values, x)
		}
		v.codes[row] = code
	}
	v.text = func(code int32) string { return text(values[code]) }
	return v
}

// floor returns the largest multiple of unit that is no larger than n.
func floor(n, unit int64) int64 {
	if rest := n % unit; rest < 0 {
		return n - rest - unit
	}
	return n - n%unit
}

// prefix returns the first folders of a key, with a slash at the end: all of them where
// it has no more, and nothing where it has none.
func prefix(key string, depth int) string {
	end := 0
	for range depth {
		i := strings.IndexByte(key[end:], '/')
		if i < 0 {
			break
		}
		end += i + 1
	}
	return key[:end]
}

// appendValue appends what tells the value of a dimension from all others, and from those
// of the dimensions behind it.
func appendValue(key []byte, v *string) []byte {
	if v == nil {
		return append(key, 0)
	}
	key = append(key, 1)
	key = strconv.AppendInt(key, int64(len(*v)), 10)
	return append(append(key, ':'), *v...)
}
