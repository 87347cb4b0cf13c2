package parquetfile

import (
	"bytes"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/parquet-go/parquet-go"

	"batchreport/convert/internal/encode"
)

// filePart is a Parquet file being written. It implements encode.PartWriter.
type filePart struct {
	w       *parquet.GenericWriter[any]
	end     *footerWriter
	columns []arrow.Field
	filters []*copiedFilter // by column; nil for those that have none
	rows    int64
}

// Append implements encode.PartWriter: it has parquet-go copy the row group.
func (p *filePart) Append(g encode.RowGroup) error {
	if g.Rows == 0 {
		return nil
	}
	f, err := parquet.OpenFile(bytes.NewReader(g.Data), int64(len(g.Data)), parquet.SkipPageIndex(true))
	if err != nil {
		return fmt.Errorf("read row group: %w", err)
	}
	group := f.RowGroups()[0]
	expect(p.filters, group)
	if _, err := p.w.WriteRowGroup(group); err != nil {
		return fmt.Errorf("write row group: %w", err)
	}
	p.rows += g.Rows
	return nil
}

// Close implements encode.PartWriter: it writes the footer and checks it.
func (p *filePart) Close() error {
	p.end.keep = true
	if err := p.w.Close(); err != nil {
		return fmt.Errorf("write footer: %w", err)
	}
	var names []string
	for _, c := range p.columns {
		names = append(names, c.Name)
	}
	if err := CheckFooter(p.end.tail, p.rows, names); err != nil {
		return fmt.Errorf("check what was written: %w", err)
	}
	return nil
}

// footerWriter passes on what is written to a file and, once keep is set, keeps it too:
// the end of the file.
type footerWriter struct {
	w    io.Writer
	keep bool
	tail []byte
}

// Write implements io.Writer.
func (f *footerWriter) Write(b []byte) (int, error) {
	if f.keep {
		f.tail = append(f.tail, b...)
	}
	return f.w.Write(b)
}

// copiedFilter makes parquet-go copy a column's filters. parquet-go copies a filter,
// and with it the pages, where it is as large as the one parquet-go would make itself:
// so Size says the size of the filter that comes next.
type copiedFilter struct {
	parquet.BloomFilterColumn
	size int
}

// Size implements parquet.BloomFilterColumn.
func (f *copiedFilter) Size(int64) int { return f.size }

// newCopiedFilters returns a filter for each column that has one, by column.
func (f *fileFormat) newCopiedFilters() []*copiedFilter {
	filters := make([]*copiedFilter, f.columns.NumFields())
	for i, field := range f.columns.Fields() {
		if f.options.hasBloom(field.Name) {
			filters[i] = &copiedFilter{BloomFilterColumn: parquet.SplitBlockFilter(10, field.Name)}
		}
	}
	return filters
}

// expect tells the filters of a part which row group comes next.
func expect(filters []*copiedFilter, group parquet.RowGroup) {
	for i, chunk := range group.ColumnChunks() {
		if filters[i] != nil {
			filters[i].size = int(chunk.BloomFilter().Size())
		}
	}
}
