package extsort

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
)

// sortColumn is a column of a batch that rows are sorted by: strings byte by
// byte, numbers by value, nulls last.
type sortColumn struct {
	valid   batch.Valid
	offsets []int32 // of strings, or of the dictionary's
	data    []byte
	indices []int32                // of a dictionary
	number  func(row int32) uint64 // in the order of the numbers; nil for strings
}

func newSortColumn(arr arrow.Array) sortColumn {
	c := sortColumn{valid: batch.ValidOf(arr)}
	switch a := arr.(type) {
	case *array.String:
		c.offsets, c.data = batch.Strings(a)
	case *array.Dictionary:
		c.indices = arrow.GetValues[int32](a.Data(), 1)
		c.offsets, c.data = batch.Strings(a.Dictionary())
	case *array.Int32:
		values := a.Int32Values()
		c.number = func(row int32) uint64 { return uint64(values[row]) ^ 1<<63 }
	case *array.Float64:
		values := a.Float64Values()
		c.number = func(row int32) uint64 { return orderedFloat(values[row]) }
	default: // int64, timestamp
		values := arrow.GetValues[int64](arr.Data(), 1)
		c.number = func(row int32) uint64 { return uint64(values[row]) ^ 1<<63 }
	}
	return c
}

// orderedFloat returns numbers in the order of floats: both zeros are the same,
// what is no number comes last.
func orderedFloat(v float64) uint64 {
	switch b := math.Float64bits(v); {
	case math.IsNaN(v):
		return math.MaxUint64
	case v == 0:
		return 1 << 63
	case v < 0:
		return ^b
	default:
		return b | 1<<63
	}
}

func (c *sortColumn) isNull(row int32) bool { return !c.valid.Has(row) }

// text is the value of a row of strings that is not null.
func (c *sortColumn) text(row int32) []byte {
	if c.indices != nil {
		row = c.indices[row]
	}
	return c.data[c.offsets[row]:c.offsets[row+1]]
}

// compare compares a row with one of another batch's column.
func (c *sortColumn) compare(row int32, other *sortColumn, otherRow int32) int {
	switch null, otherNull := c.isNull(row), other.isNull(otherRow); {
	case null && otherNull:
		return 0
	case null:
		return 1
	case otherNull:
		return -1
	case c.number != nil:
		return cmp.Compare(c.number(row), other.number(otherRow))
	default:
		return bytes.Compare(c.text(row), other.text(otherRow))
	}
}

// What a word of a value says beside its bytes. Less than longer is the number
// of bytes that are left of a string, of which the word has all.
const (
	longer = 9   // the string goes on
	null   = 255 // there is no value
)

// word returns eight bytes of a value from byte depth on, such that words of
// values that are the same up to there are in the order of the values; of two
// that are equal the lesser length is the lesser value.
func (c *sortColumn) word(row int32, depth int) (word uint64, length uint8) {
	if c.isNull(row) {
		return math.MaxUint64, null
	}
	if c.number != nil {
		return c.number(row), 8
	}
	rest := c.text(row)
	rest = rest[min(depth, len(rest)):]
	if len(rest) >= 8 {
		word = binary.BigEndian.Uint64(rest)
	} else {
		var eight [8]byte
		copy(eight[:], rest)
		word = binary.BigEndian.Uint64(eight[:])
	}
	return word, uint8(min(len(rest), longer))
}

// rowSorter sorts the rows of batches. What it needs is kept for the next ones.
type rowSorter struct {
	by      []int          // columns, the first decides first
	columns [][]sortColumn // by batch, as in by
	rows    []sortedRow
	picks   []batch.Pick
}

// sortedRow is a row with what decides about its place next.
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
		// The last of them, or all: a common prefix takes no recursion.
		var more bool
		if col, depth, more = s.next(rows[0].length, col, depth); !more {
			return
		}
	}
}

// sortEqual goes on with rows of which the word at hand is the same.
func (s *rowSorter) sortEqual(rows []sortedRow, col, depth int) {
	if len(rows) == 1 {
		return
	}
	if col, depth, more := s.next(rows[0].length, col, depth); more {
		s.sortBy(rows, col, depth)
	}
}

// next returns where rows differ next whose words are equal, if they can.
func (s *rowSorter) next(length uint8, col, depth int) (_, _ int, more bool) {
	if length == longer {
		return col, depth + 8, true
	}
	return col + 1, 0, col+1 < len(s.by)
}

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
