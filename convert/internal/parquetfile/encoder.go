package parquetfile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/encode"
)

// magic is how a Parquet file begins and ends.
const magic = "PAR1"

// groupEncoder makes row groups, each a whole Parquet file in memory. The file's
// layout is that of the Parquet format's README.md, its structures are those of
// parquet.thrift.
//
// What a row group needs while it is encoded is kept for the next one.
type groupEncoder struct {
	format   *fileFormat
	compress encode.Compressor
	chooser  *compressorChooser // nil where all pages are compressed by compress
	columns  []columnChunk
	file     []byte // what is written of the file being encoded
	page     []byte // the page being written
	frame    []byte // the same compressed
}

// NewEncoder implements encode.Format.
func (f *fileFormat) NewEncoder() encode.Encoder {
	e := &groupEncoder{format: f}
	// New has checked codec and level. A page's checksum is in its header.
	e.compress, _ = encode.NewCompressor(f.options.Compression, f.options.Level, zstd.WithEncoderCRC(false))
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
		c := columnChunk{name: field.Name, values: values}
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
	e.file = append(dst[:0], magic...)
	defer func() { e.file = nil }()
	group := pq.RowGroup{NumRows: rows}
	for i := range e.columns {
		c := &e.columns[i]
		if err := c.encode(e, batches, i); err != nil {
			return encode.RowGroup{}, fmt.Errorf("encode column %s: %w", c.name, err)
		}
		group.TotalByteSize += c.meta.TotalUncompressedSize
		group.TotalCompressedSize += c.meta.TotalCompressedSize
		group.Columns = append(group.Columns, pq.ColumnChunk{MetaData: c.meta})
	}
	if err := e.finish(group); err != nil {
		return encode.RowGroup{}, fmt.Errorf("encode footer: %w", err)
	}
	return encode.RowGroup{Data: e.file, Rows: rows}, nil
}

// finish writes what follows the pages: bloom filters, column indexes, offset
// indexes, footer.
func (e *groupEncoder) finish(group pq.RowGroup) error {
	for i := range e.columns {
		if f := e.columns[i].bloom; f != nil {
			if err := f.write(e, &group.Columns[i].MetaData); err != nil {
				return err
			}
		}
	}
	for i := range e.columns {
		c := &group.Columns[i]
		c.ColumnIndexOffset = int64(len(e.file))
		if err := e.writeThrift(&e.columns[i].index.columns); err != nil {
			return err
		}
		c.ColumnIndexLength = int32(int64(len(e.file)) - c.ColumnIndexOffset)
	}
	for i := range e.columns {
		c := &group.Columns[i]
		c.OffsetIndexOffset = int64(len(e.file))
		if err := e.writeThrift(&e.columns[i].index.offsets); err != nil {
			return err
		}
		c.OffsetIndexLength = int32(int64(len(e.file)) - c.OffsetIndexOffset)
	}
	footer := *e.format.empty
	footer.NumRows = group.NumRows
	footer.RowGroups = []pq.RowGroup{group}
	start := len(e.file)
	if err := e.writeThrift(&footer); err != nil {
		return err
	}
	e.file = binary.LittleEndian.AppendUint32(e.file, uint32(len(e.file)-start))
	e.file = append(e.file, magic...)
	return nil
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
	start := len(e.file)
	if err := e.writeThrift(header); err != nil {
		return 0, 0, err
	}
	headerSize := int64(len(e.file) - start)
	e.file = append(e.file, e.frame...)
	return headerSize + int64(len(e.frame)), headerSize + int64(len(page)), nil
}

// Write implements io.Writer: it appends to the file.
func (e *groupEncoder) Write(b []byte) (int, error) {
	e.file = append(e.file, b...)
	return len(b), nil
}

// writeThrift appends a structure of parquet.thrift to the file.
func (e *groupEncoder) writeThrift(v any) error {
	var protocol thrift.CompactProtocol
	return thrift.NewEncoder(protocol.NewWriter(e)).Encode(v)
}
