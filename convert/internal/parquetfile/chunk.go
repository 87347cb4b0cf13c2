package parquetfile

import (
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
)

// columnChunk encodes one column of a row group. What meta and the indexes say
// is about the chunk encoded last; offsets count from the row group's start.
type columnChunk struct {
	name     string
	values   pageValues        // of the page being filled; columns of one type share it
	compress encode.Compressor // of the data pages; nil before the first page
	meta     pq.ColumnMetaData
	index    indexBuilder
	levels   levels       // of the page being filled
	bloom    *bloomFilter // of the chunk; nil if it has none
	bounded  bool         // the footer has its bounds
}

// encode writes the chunk of column number col.
func (c *columnChunk) encode(e *groupEncoder, batches []arrow.Record, col int) error {
	c.begin(e)
	for _, b := range batches {
		if err := c.add(e, b.Column(col)); err != nil {
			return err
		}
	}
	if err := c.flush(e); err != nil {
		return err
	}
	if err := c.writeDictionary(e); err != nil {
		return err
	}
	c.meta.Statistics = c.index.statistics(c.bounded)
	c.fillBloom(batches, col)
	return nil
}

// fillBloom gives the filter, if there is one, the values of the chunk.
func (c *columnChunk) fillBloom(batches []arrow.Record, col int) {
	if c.bloom == nil {
		return
	}
	c.bloom.reset()
	if d, ok := c.values.(*dictionaryValues); ok {
		c.bloom.addEntries(d.entries)
		return
	}
	for _, b := range batches {
		c.bloom.addArray(b.Column(col))
	}
}

// begin forgets the chunk before.
func (c *columnChunk) begin(e *groupEncoder) {
	c.values.reset()
	c.compress = nil
	c.levels.reset()
	c.index.reset(c.values.compare)
	c.meta = pq.ColumnMetaData{
		Type:           c.values.kind(),
		Encoding:       []pq.Encoding{pq.RLE, c.values.encoding()},
		PathInSchema:   []string{c.name},
		Codec:          e.format.codec.CompressionCodec(),
		DataPageOffset: int64(len(e.data)),
		EncodingStats:  []pq.PageEncodingStats{{PageType: pq.DataPage, Encoding: c.values.encoding()}},
	}
}

// add appends an array's rows, 64 at a time, and writes the pages they fill.
func (c *columnChunk) add(e *groupEncoder, arr arrow.Array) error {
	if err := c.values.use(arr); err != nil {
		return err
	}
	rows := batch.ValidOf(arr)
	for at := 0; at < arr.Len(); {
		n := min(64, arr.Len()-at)
		for n > 1 && c.values.weigh(at, n) > e.format.pageSize {
			n /= 2 // where values are long, so that a page is too large by one of them at most
		}
		valid := rows.Load(at, n)
		c.levels.append(valid, n)
		c.values.append(at, valid)
		at += n
		if c.values.size() >= e.format.pageSize {
			if err := c.flush(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the page being filled, if it has rows.
func (c *columnChunk) flush(e *groupEncoder) error {
	if c.levels.rows == 0 {
		return nil
	}
	rows, nulls := c.levels.rows, c.levels.rows-c.levels.present
	e.page = c.levels.encode(e.page[:0])
	var b bounds
	e.page, b = c.values.flush(e.page)
	c.levels.reset()

	header := pq.PageHeader{Type: pq.DataPage}
	header.DataPageHeader.Set(pq.DataPageHeader{
		NumValues:               int32(rows),
		Encoding:                c.values.encoding(),
		DefinitionLevelEncoding: pq.RLE,
		RepetitionLevelEncoding: pq.RLE,
		Statistics:              pq.Statistics{NullCount: int64(nulls)},
	})
	offset := int64(len(e.data))
	if c.compress == nil {
		c.compress = e.compressorOf(c.values, e.page)
	}
	if err := c.writePage(e, &header, e.page, c.compress); err != nil {
		return err
	}
	c.index.add(pq.PageLocation{
		Offset:             offset,
		CompressedPageSize: int32(int64(len(e.data)) - offset),
		FirstRowIndex:      c.meta.NumValues,
	}, nulls, b)
	c.meta.NumValues += int64(rows)
	c.meta.EncodingStats[0].Count++
	return nil
}

// writeDictionary puts the chunk's dictionary, if it has one, before its data pages,
// where the format wants it. The dictionary is complete only when these are written,
// so they are moved.
func (c *columnChunk) writeDictionary(e *groupEncoder) error {
	d, ok := c.values.(*dictionaryValues)
	if !ok {
		return nil
	}
	header := pq.PageHeader{Type: pq.DictionaryPage}
	header.DictionaryPageHeader.Set(pq.DictionaryPageHeader{
		NumValues: int32(len(d.entries)),
		Encoding:  pq.Plain,
	})
	end := len(e.data)
	if err := c.writePage(e, &header, d.page, e.compress); err != nil {
		return err
	}
	start, size := int(c.meta.DataPageOffset), len(e.data)-end
	e.page = append(e.page[:0], e.data[end:]...)
	copy(e.data[start+size:], e.data[start:end])
	copy(e.data[start:], e.page)

	c.meta.DictionaryPageOffset = int64(start)
	c.meta.DataPageOffset += int64(size)
	c.index.shift(int64(size))
	c.meta.Encoding = append(c.meta.Encoding, pq.Plain)
	c.meta.EncodingStats = slices.Insert(c.meta.EncodingStats, 0,
		pq.PageEncodingStats{PageType: pq.DictionaryPage, Encoding: pq.Plain, Count: 1})
	return nil
}

// writePage writes a page of the chunk and counts its bytes.
func (c *columnChunk) writePage(e *groupEncoder, header *pq.PageHeader, page []byte, compress encode.Compressor) error {
	if len(page) > math.MaxInt32 {
		return fmt.Errorf("write page: %d bytes are more than a page can have", len(page))
	}
	compressed, uncompressed, err := e.writePage(header, page, compress)
	c.meta.TotalCompressedSize += compressed
	c.meta.TotalUncompressedSize += uncompressed
	return err
}
