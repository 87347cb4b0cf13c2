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

// countCodes counts the rows of a batch by their error codes. A text that no JSON could
// hold, or that is no code for its length, counts among the others.
func (n *normalizer) countCodes(rows map[string]int64) {
	for _, code := range slices.Sorted(maps.Keys(rows)) { // what is kept depends on the order
		count := rows[code]
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
