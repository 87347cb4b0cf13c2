package main

import (
	"errors"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// chunk is the column chunk of a row group, and what was read of it.
type chunk struct {
	*format.ColumnChunk
	column     *parquet.FileColumnChunk
	offsets    parquet.OffsetIndex // nil before it is read
	dictionary bool                // is read
}

// chunksOf returns the chunks of a file's row group.
func chunksOf(f *parquet.File, group int) []*chunk {
	var chunks []*chunk
	for i, column := range f.RowGroups()[group].ColumnChunks() {
		chunks = append(chunks, &chunk{ColumnChunk: &f.Metadata().RowGroups[group].Columns[i], column: column.(*parquet.FileColumnChunk)})
	}
	return chunks
}

// indexed reports whether there are column index and offset index.
func (c *chunk) indexed() bool { return c.ColumnIndexOffset > 0 && c.OffsetIndexOffset > 0 }

// dictionarySize is the size of the dictionary page with its header.
func (c *chunk) dictionarySize() int64 {
	if m := &c.MetaData; m.DictionaryPageOffset > 0 {
		return m.DataPageOffset - m.DictionaryPageOffset
	}
	return 0
}

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
