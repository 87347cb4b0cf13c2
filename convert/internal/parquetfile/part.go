package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/encode"
)

// magic is how a Parquet file begins and ends.
const magic = "PAR1"

// filePart is a Parquet file being written. It implements encode.PartWriter. Of the
// row groups it keeps what stands behind the last of them: page index and footer.
type filePart struct {
	format        *fileFormat
	w             io.Writer
	size, rows    int64 // of what is written
	footer        pq.FileMetaData
	columnIndexes thriftBuffer
	offsetIndexes thriftBuffer
}

// NewPart implements encode.Format.
func (f *fileFormat) NewPart(w io.Writer) (encode.PartWriter, error) {
	p := &filePart{format: f, w: w, footer: *f.footer}
	return p, p.write([]byte(magic))
}

func (p *filePart) write(b []byte) error {
	n, err := p.w.Write(b)
	p.size += int64(n)
	return err
}

// Append implements encode.PartWriter. The row group's bytes are written as they are.
func (p *filePart) Append(g encode.RowGroup) error {
	if g.Rows == 0 {
		return nil
	}
	meta, ok := g.Meta.(*groupMeta)
	if !ok {
		return errors.New("write row group: it is of another format")
	}
	start := p.size
	if err := p.write(g.Data); err != nil {
		return fmt.Errorf("write row group: %w", err)
	}
	group := meta.footer
	group.FileOffset = start
	group.Ordinal = int16(len(p.footer.RowGroups))
	group.Columns = slices.Clone(group.Columns)
	for i := range group.Columns {
		c := &group.Columns[i]
		moveChunk(&c.MetaData, start)
		c.ColumnIndexOffset += int64(len(p.columnIndexes))
		pages := slices.Clone(meta.offsetIndexes[i].PageLocations)
		for j := range pages {
			pages[j].Offset += start
		}
		c.OffsetIndexOffset = int64(len(p.offsetIndexes))
		length, err := p.offsetIndexes.write(&pq.OffsetIndex{PageLocations: pages})
		if err != nil {
			return fmt.Errorf("write offset index: %w", err)
		}
		c.OffsetIndexLength = int32(length)
	}
	p.columnIndexes = append(p.columnIndexes, meta.columnIndexes...)
	p.footer.RowGroups = append(p.footer.RowGroups, group)
	p.footer.NumRows += group.NumRows
	p.rows += g.Rows
	return nil
}

// moveChunk makes offsets that count from the row group's start count from the file's.
func moveChunk(m *pq.ColumnMetaData, start int64) {
	m.DataPageOffset += start
	if m.EncodingStats[0].PageType == pq.DictionaryPage {
		m.DictionaryPageOffset += start
	}
	if m.BloomFilterLength > 0 {
		m.BloomFilterOffset += start
	}
}

// Close implements encode.PartWriter: it writes page index and footer, and checks the
// latter.
func (p *filePart) Close() error {
	columnIndexes := p.size
	offsetIndexes := columnIndexes + int64(len(p.columnIndexes))
	for _, group := range p.footer.RowGroups {
		for i := range group.Columns {
			group.Columns[i].ColumnIndexOffset += columnIndexes
			group.Columns[i].OffsetIndexOffset += offsetIndexes
		}
	}
	var tail thriftBuffer
	length, err := tail.write(&p.footer)
	if err != nil {
		return fmt.Errorf("encode footer: %w", err)
	}
	tail = binary.LittleEndian.AppendUint32(tail, uint32(length))
	tail = append(tail, magic...)
	for _, b := range [][]byte{p.columnIndexes, p.offsetIndexes, tail} {
		if err := p.write(b); err != nil {
			return fmt.Errorf("write footer: %w", err)
		}
	}
	var names []string
	for _, c := range p.format.columns.Fields() {
		names = append(names, c.Name)
	}
	if err := CheckFooter(tail, p.rows, names); err != nil {
		return fmt.Errorf("check what was written: %w", err)
	}
	return nil
}
