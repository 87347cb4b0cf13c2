package page

import (
	"math"
	"testing"
	"time"
)

// TestChart: all rows are in columns or said to be elsewhere, and the columns are few.
func TestChart(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 3, 13, 5, 0, 0, time.UTC)
	every := func(n int, step time.Duration) (points []Point) {
		for i := range n {
			points = append(points, Point{begin.Add(time.Duration(i) * step), string(rune('a' + i%9)), int64(1 + i%7)})
		}
		return points
	}
	year := func(y int) Point { return Point{time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), "a", 1} }
	tests := []struct {
		name    string
		points  []Point
		unit    time.Duration
		span    string
		columns int
		outside int64
	}{
		{"one", every(1, 0), time.Minute, "in one minute", 1, 0},
		{"an hour", every(60, time.Minute), time.Minute, "in one minute", 60, 0},
		{"more than an hour", every(61, time.Minute), time.Minute, "in 2 minutes", 31, 0},
		{"by the hour", every(3, time.Hour), time.Hour, "in one hour", 3, 0},
		{"days", every(60, 24*time.Hour), time.Hour, "in one day", 60, 0},
		{"ever", []Point{year(0), year(9999)}, time.Minute, "in 114,688 days", 33, 0},
		{"one long before", append(every(600, time.Second*6), year(1)), time.Minute, "in one minute", 60, 1},
		{"one long after", append(every(600, time.Second*6), year(9999)), time.Minute, "in one minute", 60, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newChart(&Times{Points: tt.points, Unit: tt.unit}, visible)
			var want, got, series int64
			for _, p := range tt.points {
				want += p.Rows
			}
			for _, col := range c.Columns {
				got += col.All
				high := height
				for _, b := range col.Bars {
					if b.Y < 0 || b.Y+b.Height != high {
						t.Errorf("a bar of %d at %d, below %d", b.Height, b.Y, high)
					}
					high = b.Y
				}
				if col.All > c.Top || (col.All == 0) != (len(col.Bars) == 0) {
					t.Errorf("a column of %d rows has %d bars; the upper line is %d", col.All, len(col.Bars), c.Top)
				}
			}
			for _, s := range c.Series {
				series += s.Rows
			}
			if got+c.Outside != want || series != got || c.Outside != tt.outside {
				t.Errorf("%d rows in columns, %d by code, %d outside; want %d in all, %d outside", got, series, c.Outside, want, tt.outside)
			}
			if len(c.Columns) != tt.columns || c.Span != tt.span || len(c.Columns) > maxColumns || len(c.Series) > maxSeries+1 {
				t.Errorf("%d columns, %s, %d codes; want %d, %s", len(c.Columns), c.Span, len(c.Series), tt.columns, tt.span)
			}
		})
	}
	if newChart(&Times{}, visible) != nil {
		t.Error("a chart of nothing")
	}
}

func TestRounded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]int64{0: 1, 1: 1, 7: 8, 9: 10, 21: 25, 26: 30, 403: 500, 2400: 2500, 1_000_001: 2_000_000} {
		if got := rounded(n); got != want {
			t.Errorf("%d becomes %d, want %d", n, got, want)
		}
	}
}

// TestBars: the parts of a bar fill it, and none that is there is left out.
func TestBars(t *testing.T) {
	t.Parallel()
	for _, v := range []Verdict{
		{Succeeded: 1},
		{Failed: 1},
		{Rejected: 1},
		{Succeeded: math.MaxInt64 / 4, Failed: 1, Rejected: 1},
		{Succeeded: 1, Failed: 1 << 40, Rejected: 1},
		{Succeeded: 1, Failed: 1, Rejected: 1},
		{Succeeded: 1, Failed: 1},
	} {
		b := newVerdictBar(&v)
		if b.Succeeded+b.Failed+b.Rejected != 1000 || b.FailedAt != b.Succeeded || b.RejectedAt != b.Succeeded+b.Failed {
			t.Errorf("%+v becomes %+v", v, b)
		}
		for _, part := range []struct {
			rows  int64
			width int
		}{{v.Succeeded, b.Succeeded}, {v.Failed, b.Failed}, {v.Rejected, b.Rejected}} {
			if (part.rows > 0) != (part.width > 0) {
				t.Errorf("%d rows of %+v are %d wide", part.rows, v, part.width)
			}
		}
	}
	if b := newVerdictBar(&Verdict{}); b != (verdictBar{}) {
		t.Errorf("no rows become %+v", b)
	}
}
