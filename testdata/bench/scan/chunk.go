package main

import (
	"errors"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// chunk is the column chunk of a row group.
type chunk struct {
	*format.ColumnChunk
	column *parquet.FileColumnChunk
}

// chunksOf returns the chunks of a file's row group.
func chunksOf(f *parquet.File, group int) []*chunk {
	var chunks []*chunk
	for i, column := range f.RowGroups()[group].ColumnChunks() {
		chunks = append(chunks, &chunk{&f.Metadata().RowGroups[group].Columns[i], column.(*parquet.FileColumnChunk)})
	}
	return chunks
}

// start is where the chunk's first page is.
func (c *chunk) start() int64 {
	if m := &c.MetaData; m.DictionaryPageOffset > 0 {
		return m.DictionaryPageOffset
	}
	return c.MetaData.DataPageOffset
}

// indexed reports whether there are column index and offset index.
func (c *chunk) indexed() bool { return c.ColumnIndexOffset > 0 && c.OffsetIndexOffset > 0 }

// boundsExclude reports whether the statistics say that no row matches.
func (c *chunk) boundsExclude(where condition) bool {
	m := &c.MetaData
	low, high := m.Statistics.MinValue, m.Statistics.MaxValue
	return m.Statistics.NullCount == m.NumValues || low != nil && high != nil && where.excludes(low, high)
}

// pages returns the numbers of the pages that the column index does not exclude.
func (c *chunk) pages(where condition) (pages []int, err error) {
	index, err := c.column.ColumnIndex()
	if err != nil {
		return nil, err
	}
	for p := range index.NumPages() {
		if !index.NullPage(p) && !where.excludes(index.MinValue(p).ByteArray(), index.MaxValue(p).ByteArray()) {
			pages = append(pages, p)
		}
	}
	return pages, nil
}

// rows returns the rows of these pages.
func (c *chunk) rows(where condition, all int64) (rows []span, err error) {
	pages, err := c.pages(where)
	if err != nil {
		return nil, err
	}
	offsets, err := c.column.OffsetIndex()
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		rows = append(rows, pageRows(offsets, p, all))
	}
	return rows, nil
}

// ranges returns where the chunk's dictionary page and the pages are that have one of
// the rows; the whole chunk where no index tells.
func (c *chunk) ranges(rows []span) ([]byteRange, error) {
	m := &c.MetaData
	whole := []byteRange{{c.start(), m.TotalCompressedSize}}
	if !c.indexed() || len(rows) == 1 && rows[0] == (span{0, m.NumValues}) {
		return whole, nil
	}
	pages, err := c.column.OffsetIndex()
	if err != nil {
		return nil, err
	}
	ranges := []byteRange{{c.start(), c.dictionarySize()}}
	for p := range pages.NumPages() {
		if len(intersect(rows, []span{pageRows(pages, p, m.NumValues)})) > 0 {
			ranges = append(ranges, byteRange{pages.Offset(p), pages.CompressedPageSize(p)})
		}
	}
	return ranges, nil
}

// dictionarySize is the size of the dictionary page with its header.
func (c *chunk) dictionarySize() int64 { return c.MetaData.DataPageOffset - c.start() }

// allDictionary reports whether the footer says that every value of the chunk is
// in its dictionary.
func (c *chunk) allDictionary() bool {
	if c.dictionarySize() == 0 {
		return false
	}
	inDictionary := []format.Encoding{
		format.RLEDictionary,
		format.PlainDictionary, //nolint:staticcheck // deprecated, and written by others all the same
	}
	if stats := c.MetaData.EncodingStats; len(stats) > 0 {
		return !slices.ContainsFunc(stats, func(s format.PageEncodingStats) bool {
			return s.PageType != format.DictionaryPage && !slices.Contains(inDictionary, s.Encoding)
		})
	}
	// Without these, PLAIN may be the encoding of the dictionary alone, or not.
	levels := []format.Encoding{format.RLE, format.BitPacked}
	return !slices.ContainsFunc(c.MetaData.Encoding, func(e format.Encoding) bool {
		return !slices.Contains(inDictionary, e) && !slices.Contains(levels, e)
	})
}

// dictionaryHas reports whether an entry matches.
func (c *chunk) dictionaryHas(where condition) (has bool, err error) {
	pages := c.column.PagesFrom(c.column.File())
	defer func() { err = errors.Join(err, pages.Close()) }()
	entries, err := pages.ReadDictionary()
	if err != nil {
		return false, err
	}
	for i := range entries.Len() {
		if where.matches(entries.Index(int32(i)).ByteArray()) {
			return true, nil
		}
	}
	return false, nil
}

// span is the rows of a row group from one number up to another.
type span struct{ from, to int64 }

// pageRows are the rows of a page in a row group of that many.
func pageRows(pages parquet.OffsetIndex, page int, all int64) span {
	if page+1 < pages.NumPages() {
		all = pages.FirstRowIndex(page + 1)
	}
	return span{pages.FirstRowIndex(page), all}
}

// intersect returns the rows that are in both; each is in order.
func intersect(a, b []span) (both []span) {
	for len(a) > 0 && len(b) > 0 {
		if s := (span{max(a[0].from, b[0].from), min(a[0].to, b[0].to)}); s.from < s.to {
			both = append(both, s)
		}
		if a[0].to < b[0].to {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return both
}
