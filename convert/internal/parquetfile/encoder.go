package parquetfile

import (
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/klauspost/compress/zstd"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/encode"
)

// groupEncoder makes row groups: the bytes of their column chunks and bloom filters,
// and beside these what the file's footer and page index will say of them.
//
// What a row group needs while it is encoded is kept for the next one.
type groupEncoder struct {
	format   *fileFormat
	compress encode.Compressor
	chooser  *compressorChooser // nil where all pages are compressed by compress
	columns  []columnChunk
	data     thriftBuffer // what is written of the row group being encoded
	last     int          // the bytes of the one before, which most are alike to
	page     []byte       // the page being written
	frame    []byte       // the same compressed
}

// groupMeta is what a part must know of a row group beside its bytes. Its offsets
// count from the row group's first byte, those of column indexes from that of
// columnIndexes.
type groupMeta struct {
	footer        pq.RowGroup
	columnIndexes []byte
	offsetIndexes []pq.OffsetIndex // by column
}

// NewEncoder implements encode.Format.
func (f *fileFormat) NewEncoder() encode.Encoder {
	e := &groupEncoder{format: f}
	// New has checked codec and level.
	e.compress, _ = encode.NewCompressor(f.options.Compression, f.options.Level,
		zstd.WithEncoderCRC(false), // a page's checksum is in its header
		// A page is hardly ever larger. Every worker keeps a window in memory, and twice
		// that of the level by default: 8 MiB or more, of which pages fill one.
		zstd.WithWindowSize(2<<20), zstd.WithLowerEncoderMem(true))
	if f.options.Compression == encode.Zstd && f.options.Level <= 1 {
		e.chooser = newCompressorChooser(e.compress)
	}
	// Columns are encoded one after the other, so those of one type share pageValues.
	shared := map[arrow.Type]pageValues{}
	for _, field := range f.columns.Fields() {
		values := shared[field.Type.ID()]
		if values == nil {
			values = newPageValues(field.Type)
			shared[field.Type.ID()] = values
		}
		c := columnChunk{name: field.Name, values: values, bounded: !slices.Contains(f.options.Unbounded, field.Name)}
		if f.options.hasBloom(field.Name) {
			c.bloom = &bloomFilter{}
		}
		e.columns = append(e.columns, c)
	}
	return e
}

// Encode implements encode.Encoder.
func (e *groupEncoder) Encode(dst []byte, batches []arrow.Record) (encode.RowGroup, error) {
	var rows int64
	for _, b := range batches {
		if !b.Schema().Equal(e.format.columns) {
			return encode.RowGroup{}, fmt.Errorf("encode row group: its schema is not that of the file: %s", b.Schema())
		}
		rows += b.NumRows()
	}
	if rows == 0 {
		return encode.RowGroup{}, nil
	}
	e.data = slices.Grow(dst[:0], e.last+e.last/16)
	defer func() { e.data = nil }()
	for _, i := range e.format.order {
		c := &e.columns[i]
		if err := c.encode(e, batches, i); err != nil {
			return encode.RowGroup{}, fmt.Errorf("encode column %s: %w", c.name, err)
		}
	}
	meta, err := e.finish(rows)
	if err != nil {
		return encode.RowGroup{}, fmt.Errorf("encode row group: %w", err)
	}
	e.last = len(e.data)
	return encode.RowGroup{Data: e.data, Rows: rows, Meta: meta}, nil
}

// finish writes the bloom filters, which follow the chunks, and returns what is known
// of the row group.
func (e *groupEncoder) finish(rows int64) (*groupMeta, error) {
	g := &groupMeta{footer: pq.RowGroup{NumRows: rows, SortingColumns: e.format.sortingColumns()}}
	var indexes thriftBuffer
	for i := range e.columns {
		c := &e.columns[i]
		if c.bloom != nil {
			if err := c.bloom.write(&e.data, &c.meta); err != nil {
				return nil, err
			}
		}
		length, err := indexes.write(&c.index.columns)
		if err != nil {
			return nil, err
		}
		g.footer.TotalByteSize += c.meta.TotalUncompressedSize
		g.footer.TotalCompressedSize += c.meta.TotalCompressedSize
		g.footer.Columns = append(g.footer.Columns, pq.ColumnChunk{
			MetaData:          c.meta,
			ColumnIndexOffset: int64(len(indexes) - length),
			ColumnIndexLength: int32(length),
		})
		g.offsetIndexes = append(g.offsetIndexes, c.index.offsets)
	}
	g.columnIndexes = indexes
	return g, nil
}

// compressorOf returns the compressor of the data pages of a column chunk, chosen by
// its first page.
func (e *groupEncoder) compressorOf(values pageValues, page []byte) encode.Compressor {
	if _, ok := values.(*stringValues); ok && e.chooser != nil {
		if c := e.chooser.choose(page); c != nil {
			return c
		}
	}
	return e.compress
}

// writePage compresses a page and writes it behind its header, whose sizes and
// checksum it fills in. It returns the header's and both of the page's sizes.
func (e *groupEncoder) writePage(header *pq.PageHeader, page []byte, compress encode.Compressor) (written, uncompressed int64, err error) {
	if e.frame, err = compress(e.frame[:0], page); err != nil {
		return 0, 0, err
	}
	if max(len(page), len(e.frame)) > math.MaxInt32 {
		return 0, 0, fmt.Errorf("write page: %d bytes are more than a page can have", len(page))
	}
	header.UncompressedPageSize = int32(len(page))
	header.CompressedPageSize = int32(len(e.frame))
	header.CRC = int32(crc32.ChecksumIEEE(e.frame))
	headerSize, err := e.data.write(header)
	if err != nil {
		return 0, 0, err
	}
	e.data = append(e.data, e.frame...)
	return int64(headerSize + len(e.frame)), int64(headerSize + len(page)), nil
}
