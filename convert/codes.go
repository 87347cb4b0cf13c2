package convert

import (
	"maps"
	"slices"
	"unicode/utf8"

	"batchreport/convert/internal/tally"
	"batchreport/convert/ledger"
)

// codeLimits bound the error codes of a task that are counted one by one, some 2 MiB.
// They are several times as many as a record has, so that those are exact unless a
// report makes them up.
var codeLimits = tally.Limits{Entries: 8 * ledger.MaxCodes, Bytes: 1 << 20}

// maxCode is the length in bytes of the longest code that is counted by itself: those of
// AWS have 40 at most.
const maxCode = 256

// codeRows counts the rows of a batch by error code. Rows that follow each other mostly
// have the same.
type codeRows struct {
	rows  map[string]*int64
	last  string
	count *int64 // of last; nil before the first
}

// add counts a row.
func (c *codeRows) add(code []byte) {
	if c.count == nil || string(code) != c.last {
		if c.rows == nil {
			c.rows = map[string]*int64{}
		}
		if c.count = c.rows[string(code)]; c.count == nil {
			c.count = new(int64)
			c.rows[string(code)] = c.count
		}
		c.last = string(code)
	}
	*c.count++
}

// countCodes counts the rows of a batch by their error codes. A text that no JSON could
// hold, or that is no code for its length, counts among the others.
func (n *normalizer) countCodes(c *codeRows) {
	for _, code := range slices.Sorted(maps.Keys(c.rows)) { // what is kept depends on the order
		count := *c.rows[code]
		if len(code) > maxCode || !utf8.ValidString(code) {
			n.otherCodes += count
			continue
		}
		n.codes.Add([]byte(code), count, func() (struct{}, int) { return struct{}{}, 0 })
	}
}

// codeCounts returns what a normalizer has counted by error code.
func (n *normalizer) codeCounts() ledger.CodeCounts {
	counts := ledger.CodeCounts{Rows: map[string]int64{}, Other: n.otherCodes + n.codes.Others().Rows}
	for _, e := range n.codes.Largest() {
		if len(counts.Rows) < ledger.MaxCodes {
			counts.Rows[e.Key] = e.Rows
		} else {
			counts.Other += e.Rows
		}
	}
	return counts
}
