package convert

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

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

// dimensionValue returns the value of a dimension in the row that a worker is at, nil for
// null. It holds until the next call.
type dimensionValue func() []byte

// valueOf returns what tells the values of a dimension.
func (w *worker) valueOf(d Dimension) dimensionValue {
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
		return func() []byte { return number(w.rowNumber) }
	case schema.HTTPStatusCode:
		return integer(&w.record.HTTPStatusCode)
	case schema.ServiceStatusCode:
		return integer(&w.message.ServiceStatusCode)
	case schema.Attempts:
		return integer(&w.message.Attempts)
	case schema.TimeoutSeconds:
		return func() []byte {
			if !w.message.TimeoutSeconds.Valid {
				return nil
			}
			scratch = strconv.AppendFloat(scratch[:0], w.message.TimeoutSeconds.Value, 'f', -1, 64)
			return scratch
		}
	case schema.ReportCreatedAt:
		return moment(&w.createdAt)
	case schema.OccurredAt:
		return moment(&w.message.OccurredAt)
	case schema.LastModified:
		return moment(&w.message.LastModified)
	}
	text := w.text(d.Column)
	if d.Depth > 0 {
		return func() []byte { return prefix(*text, d.Depth) }
	}
	return func() []byte { return *text }
}

// text returns where the value of a string column is found.
func (w *worker) text(c schema.Column) *[]byte {
	i := slices.IndexFunc(w.texts, func(f textField) bool { return f.column == c })
	return w.texts[i].value
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
