package extsort

import (
	"cmp"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
)

// rowSorter sorts the rows of batches. Its memory is kept for the next call. It
// belongs to one worker.
type rowSorter struct {
	by      []int          // columns, the first decides first
	columns [][]sortColumn // by batch, as in by
	rows    []sortedRow
	picks   []batch.Pick
}

// sortedRow is a row with what decides next about its place: see sortColumn.word.
type sortedRow struct {
	word   uint64
	length uint8
	batch.Pick
}

// sort returns the rows of the batches in order, equal ones as they come. The
// result is good until the next call.
//
// Keys are long and begin alike, so rows are sorted by eight bytes at a time,
// and those with equal ones by the eight that follow.
func (s *rowSorter) sort(batches []arrow.Record) []batch.Pick {
	s.columns, s.rows, s.picks = s.columns[:0], s.rows[:0], s.picks[:0]
	for b, rec := range batches {
		s.columns = append(s.columns, sortColumns(rec, s.by))
		for row := range int32(rec.NumRows()) {
			s.rows = append(s.rows, sortedRow{Pick: batch.Pick{Batch: int32(b), Row: row}})
		}
	}
	s.sortBy(s.rows, 0, 0)
	for i := range s.rows {
		s.picks = append(s.picks, s.rows[i].Pick)
	}
	clear(s.columns)
	return s.picks
}

// sortColumns returns the columns of a batch that it is sorted by.
func sortColumns(rec arrow.Record, by []int) []sortColumn {
	columns := make([]sortColumn, len(by))
	for i, col := range by {
		columns[i] = newSortColumn(rec.Column(col))
	}
	return columns
}

// sortBy sorts rows that are equal in the columns before col, and up to byte
// depth of that.
func (s *rowSorter) sortBy(rows []sortedRow, col, depth int) {
	for len(rows) > 1 {
		for i := range rows {
			r := &rows[i]
			r.word, r.length = s.columns[r.Batch][col].word(r.Row, depth)
		}
		slices.SortFunc(rows, orderRows)
		end := equalRows(rows)
		for end < len(rows) {
			s.sortEqual(rows[:end], col, depth)
			rows = rows[end:]
			end = equalRows(rows)
		}
		// What is left are the rows with the greatest word, or all: the loop goes on
		// with them, so a common prefix takes no recursion.
		var more bool
		if col, depth, more = s.next(rows[0].length, col, depth); !more {
			return
		}
	}
}

// sortEqual sorts rows whose words at hand are equal by what comes next.
func (s *rowSorter) sortEqual(rows []sortedRow, col, depth int) {
	if len(rows) == 1 {
		return
	}
	if col, depth, more := s.next(rows[0].length, col, depth); more {
		s.sortBy(rows, col, depth)
	}
}

// next returns where to look next at rows whose words and lengths are equal; more is
// false where there is nothing left to tell them apart.
func (s *rowSorter) next(length uint8, col, depth int) (_, _ int, more bool) {
	if length == longer {
		return col, depth + 8, true
	}
	return col + 1, 0, col+1 < len(s.by)
}

// orderRows compares by what sortBy looks at; equal rows are in the order they came in.
func orderRows(a, b sortedRow) int {
	switch {
	case a.word != b.word:
		return cmp.Compare(a.word, b.word)
	case a.length != b.length:
		return cmp.Compare(a.length, b.length)
	case a.Batch != b.Batch:
		return cmp.Compare(a.Batch, b.Batch)
	default:
		return cmp.Compare(a.Row, b.Row)
	}
}

// equalRows returns how many rows at the beginning have the same word.
func equalRows(rows []sortedRow) int {
	n := 1
	for n < len(rows) && rows[n].word == rows[0].word && rows[n].length == rows[0].length {
		n++
	}
	return n
}
