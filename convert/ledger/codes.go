package ledger

import (
	"cmp"
	"maps"
	"slices"
)

// MaxCodes is how many error codes a CodeCounts has: more than S3 and a service behind a
// function have together, and so few that a record stays small.
const MaxCodes = 1000

// CodeCounts counts rows by error_code. A row without one is in none of the counts.
type CodeCounts struct {
	// Rows has the codes of the most rows. Where Other is not 0, a code may have more
	// rows than it says here, but no more than Other.
	Rows map[string]int64 `json:"rows"`
	// Other counts the rows of all other codes together.
	Other int64 `json:"other"`
}

// Add adds what other counted to c, whose Rows is not nil, and keeps the codes of the most rows, of equal ones those
// that come first in byte order.
func (c *CodeCounts) Add(other CodeCounts) {
	for code, rows := range other.Rows {
		c.Rows[code] += rows
	}
	c.Other += other.Other
	if len(c.Rows) <= MaxCodes {
		return
	}
	codes := slices.SortedFunc(maps.Keys(c.Rows), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.Rows[b], c.Rows[a]), cmp.Compare(a, b))
	})
	for _, code := range codes[MaxCodes:] {
		c.Other += c.Rows[code]
		delete(c.Rows, code)
	}
}

// Of returns how many rows have a code: at least, and at most.
func (c *CodeCounts) Of(code string) (least, most int64) {
	return c.Rows[code], c.Rows[code] + c.Other
}
