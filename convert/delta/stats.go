package delta

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// ColumnStats is what a file's writer knows of a column.
type ColumnStats struct {
	Column string
	Nulls  int64
	// Min and Max bound the values: string, int64, float64 or time.Time; nil where they are
	// not known.
	Min, Max any
}

// maxBound is how many bytes of a string a bound has: enough to tell codes apart, and so
// few that what is known of a file stays below a kilobyte.
const maxBound = 32

// stats are the statistics of a file ("Per-file Statistics") without its rows.
type stats struct {
	Min   map[string]any   `json:"minValues,omitempty"`
	Max   map[string]any   `json:"maxValues,omitempty"`
	Nulls map[string]int64 `json:"nullCount,omitempty"`
}

// FormatStats writes statistics as File.Stats has them. Bounds that JSON cannot have are
// left out.
func FormatStats(columns []ColumnStats) string {
	s := stats{map[string]any{}, map[string]any{}, map[string]int64{}}
	for _, c := range columns {
		s.Nulls[c.Column] = c.Nulls
		low, high := lowerBound(c.Min), upperBound(c.Max)
		if low != nil && high != nil {
			s.Min[c.Column], s.Max[c.Column] = low, high
		}
	}
	b, err := json.Marshal(s)
	if err != nil || len(columns) == 0 {
		return ""
	}
	return string(b)
}

// withRows completes statistics by the number of rows.
func withRows(rows int64, s string) string {
	own := fmt.Sprintf(`{"numRecords":%d}`, rows)
	if rest, ok := strings.CutPrefix(s, "{"); ok && rest != "}" && json.Valid([]byte(s)) {
		return strings.TrimSuffix(own, "}") + "," + rest
	}
	return own
}

// lowerBound returns a bound as JSON has it, a string cut short; nil where there is none.
func lowerBound(v any) any {
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return nil
		}
		return cut(v)
	case float64:
		return finite(v)
	case time.Time:
		return timestamp(v)
	case int64:
		return v
	}
	return nil
}

// upperBound is lowerBound for the greatest value. A string that is cut short ends in a character
// that is greater than the one that was there.
func upperBound(v any) any {
	s, ok := v.(string)
	if !ok || len(s) <= maxBound {
		return lowerBound(v)
	}
	if !utf8.ValidString(s) {
		return nil
	}
	for s = cut(s); s != ""; {
		r, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
		switch {
		case r == utf8.MaxRune:
			continue
		case r+1 == 0xD800: // surrogates are no characters
			r = 0xDFFF
		}
		return s + string(r+1)
	}
	return nil
}

// cut returns the beginning of a string, cut between characters.
func cut(s string) string {
	if len(s) <= maxBound {
		return s
	}
	n := maxBound
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// finite returns a number that JSON can have. A zero bounds zeros of either sign.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// timestamp returns a point in time as statistics have it, in milliseconds; nil where it
// has no such form. Our times are whole milliseconds, so nothing is cut off.
func timestamp(t time.Time) any {
	t = t.UTC()
	if t.Nanosecond()%int(time.Millisecond) != 0 || t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}
