package page

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/dustin/go-humanize"
)

// A chart has so many columns at most, and so many codes; all other codes are one.
const (
	maxColumns = 60
	maxSeries  = 5
)

// Times are counted in seconds, for a time.Duration has no more than 292 years, and a
// message may say anything.
const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
	// monday is how many seconds the year 1, which began on one, was before 1970.
	monday = 62_135_596_800
)

// spans are how many seconds a column can stand for. Beyond the last one it is doubled.
var spans = []int64{
	minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
	hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day,
}

// seconds returns the time since a Monday of long ago.
func seconds(t time.Time) int64 { return t.Unix() + monday }

// begin returns when the span of a time begins.
func begin(at, span int64) int64 {
	if rest := at % span; rest < 0 {
		return at - rest - span
	}
	return at - at%span
}

// chart is rows over time, by code.
type chart struct {
	Series  []series // those of the most rows first; the other codes last
	Columns []column
	Width   int   // of the drawing
	Top     int64 // what the upper line stands for
	Half    int64 // and the one in the middle
	Begin   string
	Middle  string
	End     string
	Words   string // what the points are
	Peak    string // what stands out
	Outside int64  // rows at times that are not drawn
	Span    string // what a column stands for
}

// series is a code.
type series struct {
	Class string
	Code  string
	Rows  int64
}

// column is a span of time.
type column struct {
	X     int
	Label string
	Rows  []int64 // by series
	Bars  []bar
	All   int64
}

// bar is the rows of a code in a column.
type bar struct {
	Class     string
	Y, Height int
}

// The drawing has so many units for each column, and in height.
const (
	columnWidth = 10
	height      = 1000
	headroom    = 40 // above the upper line
)

// newChart draws points; nil where there are none.
func newChart(t *Times, shown func(string) string) *chart {
	points, outside := inside(t.Points)
	if len(points) == 0 {
		return nil
	}
	c := &chart{Words: t.Words, Outside: outside}
	first, last := seconds(points[0].Time), seconds(points[len(points)-1].Time)
	span := fittingSpan(first, last, int64(t.Unit/time.Second))
	index := c.addSeries(points, shown)
	first = begin(first, span)
	for at := first; at <= last; at += span {
		label := stamp(time.Unix(at-monday, 0))
		c.Columns = append(c.Columns, column{X: len(c.Columns)*columnWidth + 1, Label: label, Rows: make([]int64, len(c.Series))})
	}
	for _, p := range points {
		col := &c.Columns[(seconds(p.Time)-first)/span]
		col.Rows[index[p.Code]] += p.Rows
		col.All += p.Rows
	}
	c.draw(span)
	return c
}

// inside returns the points in the order of time without those far from all others, which
// would leave no room for what matters, and how many rows those are.
func inside(points []Point) (in []Point, outside int64) {
	in = slices.SortedFunc(slices.Values(points), func(a, b Point) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Code, b.Code))
	})
	var all int64
	for _, p := range in {
		all += p.Rows
	}
	few := all / 200
	from, to := 0, len(in)
	for n := int64(0); to-from > 1 && n+in[from].Rows <= few; from++ {
		n += in[from].Rows
	}
	for n := int64(0); to-from > 1 && n+in[to-1].Rows <= few; to-- {
		n += in[to-1].Rows
	}
	if to-from == len(in) || len(in) == 0 {
		return in, 0
	}
	first, last := seconds(in[from].Time), seconds(in[to-1].Time)
	core := last - first + hour
	near := func(p Point) bool { return seconds(p.Time) >= first-core && seconds(p.Time) <= last+core }
	kept := slices.DeleteFunc(slices.Clone(in), func(p Point) bool { return !near(p) })
	for _, p := range kept {
		all -= p.Rows
	}
	return kept, all
}

// fittingSpan returns the shortest span of time by which all fits the columns.
func fittingSpan(first, last, unit int64) int64 {
	fits := func(span int64) bool { return span >= unit && (last-begin(first, span))/span < maxColumns }
	for _, span := range spans {
		if fits(span) {
			return span
		}
	}
	span := spans[len(spans)-1]
	for !fits(span) {
		span *= 2
	}
	return span
}

// addSeries chooses the codes, and returns the number of the series of each code.
func (c *chart) addSeries(points []Point, shown func(string) string) map[string]int {
	rows := map[string]int64{}
	for _, p := range points {
		rows[p.Code] += p.Rows
	}
	codes := slices.SortedFunc(maps.Keys(rows), func(a, b string) int {
		return cmp.Or(cmp.Compare(rows[b], rows[a]), cmp.Compare(a, b))
	})
	index := map[string]int{}
	for i, code := range codes {
		if i >= maxSeries && len(codes) > maxSeries+1 {
			if i == maxSeries {
				c.Series = append(c.Series, series{"sx", "other codes", 0})
			}
			c.Series[maxSeries].Rows += rows[code]
			index[code] = maxSeries
			continue
		}
		class := "s" + string(rune('0'+i))
		if i == maxSeries {
			class = "sx"
		}
		name := clip(shown(code), 80)
		if code == "" {
			name = "no code"
		}
		c.Series = append(c.Series, series{class, name, rows[code]})
		index[code] = i
	}
	return index
}

// draw fills in the bars, the labels and the words.
func (c *chart) draw(span int64) {
	peak := 0
	for i := range c.Columns {
		if c.Columns[i].All > c.Columns[peak].All {
			peak = i
		}
	}
	c.Half, c.Width = rounded((c.Columns[peak].All+1)/2), len(c.Columns)*columnWidth
	c.Top = 2 * c.Half
	for i := range c.Columns {
		col := &c.Columns[i]
		y := height
		for s, rows := range col.Rows {
			if rows == 0 {
				continue
			}
			h := max(int(float64(rows)/float64(c.Top)*(height-headroom)), 6)
			y -= h
			col.Bars = append(col.Bars, bar{c.Series[s].Class, y, h})
		}
	}
	c.Span = spanWords(span)
	c.Begin, c.End = c.Columns[0].Label, c.Columns[len(c.Columns)-1].Label
	if len(c.Columns) > 4 {
		c.Middle = c.Columns[len(c.Columns)/2].Label
	}
	top := &c.Columns[peak]
	most := 0
	for s, rows := range top.Rows {
		if rows > top.Rows[most] {
			most = s
		}
	}
	c.Peak = "Most rows failed from " + top.Label + " UTC on: " + humanize.Comma(top.All) + " " + c.Span
	if len(c.Series) > 1 {
		c.Peak += ", " + humanize.Comma(top.Rows[most]) + " of them " + c.Series[most].Code
	}
	c.Peak += "."
}

// rounded returns a number that is easy to read, and not much larger than n.
func rounded(n int64) int64 {
	for unit := int64(1); ; unit *= 10 {
		for _, digit := range []int64{1, 2, 3, 4, 5, 6, 8} {
			if digit*unit >= n {
				return digit * unit
			}
			if digit == 2 && unit >= 10 && 5*unit/2 >= n {
				return 5 * unit / 2
			}
		}
	}
}

// stamp returns a time as people read it, in UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// spanWords says how long a span of time is.
func spanWords(span int64) string {
	n, unit := span/minute, "minute"
	switch {
	case span%day == 0:
		n, unit = span/day, "day"
	case span%hour == 0:
		n, unit = span/hour, "hour"
	}
	if n == 1 {
		return "in one " + unit
	}
	return "in " + plural(n, unit)
}
