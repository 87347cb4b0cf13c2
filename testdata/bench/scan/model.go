package main

import (
	"fmt"
	"slices"
)

// scan is what a reader has read of a layout.
type scan struct {
	all  cost
	once cost // of all, what is read only because one row that is sought is there
}

// scaled returns the cost in a table that has so many times the row groups: the one row
// that is sought is in one of them all the same.
func (s scan) scaled(times float64) cost {
	grown := func(all, once int64) int64 { return once + int64(times*float64(all-once)) }
	return cost{grown(s.all.bytes, s.once.bytes), grown(s.all.requests, s.once.requests)}
}

// scanLayout counts what the query reads of a layout, by the model of the
// package's comment.
func scanLayout(l *layout, q query) (scan, error) {
	s := scan{all: cost{bytes: l.csv, requests: (l.csv + maxRequest - 1) / maxRequest}}
	for _, f := range l.files {
		if err := s.file(f, q.in(f)); err != nil {
			return s, fmt.Errorf("%s: %s: %w", q.name, f.name, err)
		}
	}
	return s, nil
}

// footerGuess is how much of a file's end is read at first; where the footer is longer,
// it is read again, whole.
const footerGuess = 48 << 10

// file reads a file, unless its path excludes it.
func (s *scan) file(f *file, q query) error {
	var where []condition // on columns in the file
	for _, c := range q.where {
		if _, ok := f.columns[c.column]; ok {
			where = append(where, c)
			continue
		}
		if !f.inPath[c.column] {
			return fmt.Errorf("there is no column %s", c.column)
		}
		if value, ok := f.partition[c.column]; !ok || !c.matches([]byte(value)) {
			return nil
		}
	}
	columns, err := f.numbers(q.columns)
	if err != nil {
		return err
	}
	for _, c := range where {
		columns = append(columns, f.columns[c.column])
	}
	slices.Sort(columns)
	columns = slices.Compact(columns)

	s.all.read(min(footerGuess, f.size))
	if f.footer > footerGuess {
		s.all.read(f.footer)
	}
	var ranges, others []byteRange // others are those of row groups without the row that is sought
	for g := range f.RowGroups() {
		of, err := s.group(f, g, where, columns)
		if err != nil {
			return fmt.Errorf("row group %d: %w", g, err)
		}
		ranges = append(ranges, of...)
		sought := false
		if q.unique && len(of) > 0 {
			if sought, err = f.has(g, where); err != nil {
				return fmt.Errorf("row group %d: %w", g, err)
			}
		}
		if !sought {
			others = append(others, of...)
		}
	}
	var all, grows cost
	all.readMerged(ranges)
	grows.readMerged(others)
	s.all.add(all)
	s.once.add(cost{all.bytes - grows.bytes, all.requests - grows.requests})
	return nil
}

// numbers returns the numbers of the named columns as far as they are in the
// file and not in its path; of all in the file if names is nil.
func (f *file) numbers(names []string) (numbers []int, err error) {
	if names == nil {
		for i := range len(f.columns) {
			numbers = append(numbers, i)
		}
	}
	for _, name := range names {
		if number, ok := f.columns[name]; ok {
			numbers = append(numbers, number)
		} else if !f.inPath[name] {
			return nil, fmt.Errorf("there is no column %s", name)
		}
	}
	return numbers, nil
}

// group returns what is to be read of a row group's chunks, nothing if the conditions
// exclude it, and reads what tells.
func (s *scan) group(f *file, number int, where []condition, columns []int) (ranges []byteRange, err error) {
	chunks := chunksOf(f.File, number)
	rows := []span{{0, f.RowGroups()[number].NumRows()}}
	if len(where) > 0 {
		if rows, err = s.rows(chunks, f.columns, where, columns, rows[0].to); err != nil || len(rows) == 0 {
			return nil, err
		}
	}
	for _, number := range columns {
		of, err := chunks[number].ranges(rows)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, of...)
	}
	return ranges, nil
}

// rows returns the rows of a row group that the conditions do not exclude.
func (s *scan) rows(chunks []*chunk, numbers map[string]int, where []condition, columns []int, all int64) ([]span, error) {
	for _, w := range where {
		if chunks[numbers[w.column]].boundsExclude(w) {
			return nil, nil
		}
	}
	indexed := true
	var indexes []byteRange
	for _, w := range where {
		c := chunks[numbers[w.column]]
		indexed = indexed && c.indexed()
		indexes = append(indexes, byteRange{c.ColumnIndexOffset, int64(c.ColumnIndexLength)})
	}
	if indexed {
		s.all.readMerged(indexes)
		for _, w := range where {
			if pages, err := chunks[numbers[w.column]].pages(w); err != nil || len(pages) == 0 {
				return nil, err
			}
		}
	}
	for _, w := range where {
		if has, err := s.bloomHas(chunks[numbers[w.column]], w); err != nil || !has {
			return nil, err
		}
	}
	for _, w := range where {
		c := chunks[numbers[w.column]]
		if !c.allDictionary() {
			continue
		}
		s.all.read(c.dictionarySize())
		if has, err := c.dictionaryHas(w); err != nil || !has {
			return nil, err
		}
	}
	rows := []span{{0, all}}
	if !indexed {
		return rows, nil
	}
	var offsets []byteRange
	for _, number := range columns {
		offsets = append(offsets, byteRange{chunks[number].OffsetIndexOffset, int64(chunks[number].OffsetIndexLength)})
	}
	s.all.readMerged(offsets)
	for _, w := range where {
		of, err := chunks[numbers[w.column]].rows(w, all)
		if err != nil {
			return nil, err
		}
		rows = intersect(rows, of)
	}
	return rows, nil
}

// bloomHeader is how much is read to find out how large a filter is.
const bloomHeader = 64

// bloomHas reports whether a chunk's filter, if it has one that can tell, knows the value.
func (s *scan) bloomHas(c *chunk, w condition) (bool, error) {
	if c.MetaData.BloomFilterOffset == 0 || w.prefix {
		return true, nil
	}
	bloom, err := c.column.BloomFilterFrom(c.column.File())
	if err != nil {
		return false, err
	}
	s.all.read(bloomHeader)
	s.all.read(bloom.Size())
	return bloom.Check(textValue(w.text))
}
