package main

import (
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// scan is what a reader has read, in bytes.
type scan struct {
	footers, indexes, blooms, pages int64
}

func (s *scan) bytes() int64 { return s.footers + s.indexes + s.blooms + s.pages }

// scanLayout counts what the query reads of a layout, by the model of the
// package's comment.
func scanLayout(l *layout, q query) (scan, error) {
	s := scan{pages: l.csv}
	for _, f := range l.files {
		if err := s.file(f, q.in(f)); err != nil {
			return s, fmt.Errorf("%s: %s: %w", q.name, f.name, err)
		}
	}
	return s, nil
}

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
		if number := f.columns[c.column]; !slices.Contains(columns, number) {
			columns = append(columns, number)
		}
	}
	s.footers += f.footer
	for g := range f.RowGroups() {
		if err := s.group(f, g, where, columns); err != nil {
			return fmt.Errorf("row group %d: %w", g, err)
		}
	}
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

// group reads a row group, unless the conditions exclude it.
func (s *scan) group(f *file, number int, where []condition, columns []int) error {
	chunks := chunksOf(f.File, number)
	all := f.RowGroups()[number].NumRows()
	for _, c := range where {
		if excluded, err := s.excludes(chunks[f.columns[c.column]], c); err != nil || excluded {
			return err
		}
	}
	rows := []span{{0, all}}
	for _, c := range where {
		of, err := s.rows(chunks[f.columns[c.column]], c, all)
		if err != nil {
			return err
		}
		rows = intersect(rows, of)
	}
	if len(rows) == 0 {
		return nil
	}
	for _, number := range columns {
		if err := s.chunk(chunks[number], rows, all, len(where) > 0); err != nil {
			return err
		}
	}
	return nil
}

// excludes reports whether statistics, bloom filter or dictionary, in this
// order, say that no row of a chunk matches.
func (s *scan) excludes(c *chunk, where condition) (bool, error) {
	m := &c.MetaData
	if m.Statistics.NullCount == m.NumValues {
		return true, nil
	}
	if low, high := m.Statistics.MinValue, m.Statistics.MaxValue; low != nil && high != nil && where.excludes(low, high) {
		return true, nil
	}
	if m.BloomFilterOffset > 0 && !where.prefix {
		bloom, err := c.column.BloomFilterFrom(c.column.File())
		if err != nil {
			return false, err
		}
		s.blooms += max(int64(m.BloomFilterLength), bloom.Size()) // of which not all writers say the length
		if has, err := bloom.Check(parquet.ByteArrayValue([]byte(where.text))); err != nil || !has {
			return err == nil, err
		}
	}
	if !c.allDictionary() {
		return false, nil
	}
	s.readDictionary(c)
	has, err := c.dictionaryHas(where)
	return err == nil && !has, err
}

// rows returns the rows of the pages that the page index does not exclude.
func (s *scan) rows(c *chunk, where condition, all int64) ([]span, error) {
	if !c.indexed() {
		return []span{{0, all}}, nil
	}
	s.indexes += int64(c.ColumnIndexLength)
	index, err := c.column.ColumnIndex()
	if err != nil {
		return nil, err
	}
	pages, err := s.readOffsets(c)
	if err != nil {
		return nil, err
	}
	var rows []span
	for p := range index.NumPages() {
		if !index.NullPage(p) && !where.excludes(index.MinValue(p).ByteArray(), index.MaxValue(p).ByteArray()) {
			rows = append(rows, pageRows(pages, p, all))
		}
	}
	return rows, nil
}

// chunk reads the pages that have one of the rows: without a condition, or
// without an index, all of them.
func (s *scan) chunk(c *chunk, rows []span, all int64, pruned bool) error {
	s.readDictionary(c)
	if !pruned || !c.indexed() {
		s.pages += c.MetaData.TotalCompressedSize - c.dictionarySize()
		return nil
	}
	pages, err := s.readOffsets(c)
	if err != nil {
		return err
	}
	for p := range pages.NumPages() {
		if len(intersect(rows, []span{pageRows(pages, p, all)})) > 0 {
			s.pages += pages.CompressedPageSize(p)
		}
	}
	return nil
}

// readOffsets reads the offset index, once.
func (s *scan) readOffsets(c *chunk) (parquet.OffsetIndex, error) {
	if c.offsets == nil {
		offsets, err := c.column.OffsetIndex()
		if err != nil {
			return nil, err
		}
		c.offsets = offsets
		s.indexes += int64(c.OffsetIndexLength)
	}
	return c.offsets, nil
}

// readDictionary reads the dictionary page, if there is one, once.
func (s *scan) readDictionary(c *chunk) {
	if !c.dictionary {
		c.dictionary = true
		s.pages += c.dictionarySize()
	}
}
