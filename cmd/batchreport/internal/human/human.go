// Package human says numbers, sizes, shares, times and plain values as people read them.
package human

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
)

// Plural returns a number with its noun, such as "1 row" or "2 rows".
func Plural(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Comma(n) + " " + noun
}

// Comma returns a number as people read it.
func Comma(n int64) string { return humanize.Comma(n) }

// Share returns which part of a number another one is, in words that are never 0 or 100
// where it is not.
func Share(part, of int64) string {
	if of == 0 {
		return "0 %"
	}
	percent := 100 * float64(part) / float64(of)
	switch {
	case part == 0:
		return "0 %"
	case part == of:
		return "100 %"
	case percent < 0.1:
		return "<0.1 %"
	case percent > 99.9:
		return ">99.9 %"
	}
	return humanize.FormatFloat("#.#", percent) + " %"
}

// Bytes returns a size in powers of 1000, as people read it.
func Bytes(n int64) string { return humanize.Bytes(uint64(max(n, 0))) }

// Span returns a time as people say it, such as 5 s, 2 min 5 s or 3 h 20 min.
func Span(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
}
