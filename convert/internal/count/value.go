package count

import (
	"bytes"
	"strconv"
	"time"

	"batchreport/convert/groups"
	"batchreport/convert/internal/row"
	"batchreport/schema"
)

// dimensionValue returns the value of a dimension in the row at hand, nil for null. It
// holds until the next call.
type dimensionValue func() []byte

// valueOf returns what tells the values of a dimension.
func valueOf(r *row.Row, d groups.Dimension) dimensionValue {
	var scratch []byte
	number := func(n int64) []byte {
		scratch = strconv.AppendInt(scratch[:0], n, 10)
		return scratch
	}
	integer := func(v *schema.Int) dimensionValue {
		return func() []byte {
			if !v.Valid {
				return nil
			}
			return number(int64(v.Value))
		}
	}
	moment := func(v *schema.Time) dimensionValue {
		unit := max(d.Unit.Microseconds(), 1)
		return func() []byte {
			if !v.Valid {
				return nil
			}
			scratch = time.UnixMicro(floor(v.Micros(), unit)).UTC().AppendFormat(scratch[:0], "2006-01-02T15:04:05.999Z07:00")
			return scratch
		}
	}
	switch d.Column {
	case schema.ReportRow:
		return func() []byte { return number(r.Number) }
	case schema.HTTPStatusCode:
		return integer(&r.Record.HTTPStatusCode)
	case schema.ServiceStatusCode:
		return integer(&r.Message.ServiceStatusCode)
	case schema.Attempts:
		return integer(&r.Message.Attempts)
	case schema.TimeoutSeconds:
		return func() []byte {
			if !r.Message.TimeoutSeconds.Valid {
				return nil
			}
			scratch = strconv.AppendFloat(scratch[:0], r.Message.TimeoutSeconds.Value, 'f', -1, 64)
			return scratch
		}
	case schema.ReportCreatedAt:
		return moment(&r.CreatedAt)
	case schema.OccurredAt:
		return moment(&r.Message.OccurredAt)
	case schema.LastModified:
		return moment(&r.Message.LastModified)
	}
	text := r.Text(d.Column)
	if d.Depth > 0 {
		return func() []byte { return prefix(*text, d.Depth) }
	}
	return func() []byte { return *text }
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
func prefix(key []byte, depth int) []byte {
	end := 0
	for range depth {
		i := bytes.IndexByte(key[end:], '/')
		if i < 0 {
			break
		}
		end += i + 1
	}
	return key[:end]
}

// appendValue appends what tells a value, nil for null, from all others, and from those of
// the dimensions behind it.
func appendValue(key, v []byte) []byte {
	if v == nil {
		return append(key, 0)
	}
	key = append(key, 1)
	key = strconv.AppendInt(key, int64(len(v)), 10)
	return append(append(key, ':'), v...)
}
