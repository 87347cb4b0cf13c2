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

// codeRows counts the rows of a batch by error code.
type codeRows struct {
	rows map[string]*codeCount
	// recent has the count last used for each length of a code, most often that of the
	// code looked for: asking rows takes longer.
	recent [16]*codeCount
}

// codeCount is how many rows have an error code.
type codeCount struct {
	code string
	rows int64
}

// add counts a row.
func (c *codeRows) add(code []byte) {
	recent := &c.recent[len(code)%len(c.recent)]
	if *recent == nil || string(code) != (*recent).code {
		*recent = c.count(code)
	}
	(*recent).rows++
}

// count returns the count of a code, a new one if need be.
func (c *codeRows) count(code []byte) *codeCount {
	if count := c.rows[string(code)]; count != nil {
		return count
	}
	if c.rows == nil {
		c.rows = map[string]*codeCount{}
	}
	count := &codeCount{code: string(code)}
	c.rows[count.code] = count
	return count
}

// countCodes counts the rows of a batch by their error codes. A text that no JSON could
// hold, or that is no code for its length, counts among the others.
func (n *normalizer) countCodes(c *codeRows) {
	for _, code := range slices.Sorted(maps.Keys(c.rows)) { // what is kept depends on the order
		count := c.rows[code].rows
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
