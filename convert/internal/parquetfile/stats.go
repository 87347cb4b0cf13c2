package parquetfile

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/encode"
)

// Stats implements encode.PartWriter: it sums up what the footer says of the row groups.
func (p *filePart) Stats() []encode.ColumnStats {
	all := make([]encode.ColumnStats, p.format.columns.NumFields())
	for i, field := range p.format.columns.Fields() {
		all[i] = statsOf(field, i, p.footer.RowGroups)
	}
	return all
}

// statsOf returns the statistics of the i-th column. Its bounds are known where those of
// all row groups are, but for those in which all rows are null.
func statsOf(field arrow.Field, i int, groups []pq.RowGroup) encode.ColumnStats {
	s := encode.ColumnStats{Column: field.Name}
	known := true
	for _, g := range groups {
		c := &g.Columns[i].MetaData
		s.Nulls += c.Statistics.NullCount
		if c.Statistics.NullCount == c.NumValues {
			continue
		}
		low, high := valueOf(field.Type, c.Statistics.MinValue), valueOf(field.Type, c.Statistics.MaxValue)
		if low == nil || high == nil {
			known = false
			continue
		}
		if s.Min == nil || less(low, s.Min) {
			s.Min = low
		}
		if s.Max == nil || less(s.Max, high) {
			s.Max = high
		}
	}
	if !known {
		s.Min, s.Max = nil, nil
	}
	return s
}

// valueOf returns a bound, which is in PLAIN encoding without a string's length; nil where
// there is none.
func valueOf(t arrow.DataType, b []byte) any {
	switch {
	case b == nil:
		return nil
	case t.ID() == arrow.INT32 && len(b) == 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	case t.ID() == arrow.INT64 && len(b) == 8:
		return int64(binary.LittleEndian.Uint64(b))
	case t.ID() == arrow.FLOAT64 && len(b) == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case t.ID() == arrow.TIMESTAMP && len(b) == 8 && t.(*arrow.TimestampType).Unit == arrow.Microsecond:
		return time.UnixMicro(int64(binary.LittleEndian.Uint64(b))).UTC()
	case t.ID() == arrow.STRING, t.ID() == arrow.DICTIONARY:
		return string(b)
	}
	return nil
}

// less reports whether a is less than b, which is of the same type.
func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		return a < b.(int64)
	case float64:
		return a < b.(float64)
	case time.Time:
		return a.Before(b.(time.Time))
	case string:
		return a < b.(string)
	}
	return false
}
