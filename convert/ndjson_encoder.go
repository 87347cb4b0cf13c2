package convert

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// ndjsonEncoder makes blocks of lines. What a row group needs while it is
// encoded is kept for the next one.
type ndjsonEncoder struct {
	format   *ndjsonFormat
	compress compressor // nil for none
	columns  []jsonColumn
	lines    []byte // that are not compressed yet
	size     int    // of the last row group
}

// jsonColumn is a column of the batch being encoded.
type jsonColumn struct {
	name   []byte // with quotes and colon
	values jsonValues
	rows   validRows
	block  uint64 // the bits of the 64 rows being encoded
}

func (e *ndjsonEncoder) encode(batches []arrow.Record) (rowGroup, error) {
	for i := range e.columns {
		e.columns[i].values.reset()
	}
	group := rowGroup{data: make([]byte, 0, e.size+e.size/8)}
	for _, b := range batches {
		if !b.Schema().Equal(e.format.schema) {
			return rowGroup{}, fmt.Errorf("encode lines: their schema is not that of the file: %s", b.Schema())
		}
		group.rows += b.NumRows()
		var err error
		if group.data, err = e.add(group.data, b); err != nil {
			return rowGroup{}, fmt.Errorf("encode lines: %w", err)
		}
	}
	if len(e.lines) > 0 {
		var err error
		if group.data, err = e.flush(group.data); err != nil {
			return rowGroup{}, fmt.Errorf("encode lines: %w", err)
		}
	}
	e.size = len(group.data)
	return group, nil
}

// add appends a batch's lines, to dst where they are not compressed.
func (e *ndjsonEncoder) add(dst []byte, b arrow.Record) ([]byte, error) {
	for i := range e.columns {
		c := &e.columns[i]
		c.values.use(b.Column(i))
		c.rows = validRowsOf(b.Column(i))
	}
	rows := int(b.NumRows())
	for row := 0; row < rows; row++ {
		if row%64 == 0 {
			for i := range e.columns {
				c := &e.columns[i]
				c.block = c.rows.load(row, min(64, rows-row))
			}
		}
		if e.compress == nil {
			dst = e.appendLine(dst, row)
			continue
		}
		e.lines = e.appendLine(e.lines, row)
		if len(e.lines) >= e.format.blockSize {
			var err error
			if dst, err = e.flush(dst); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

// flush compresses the lines there are.
func (e *ndjsonEncoder) flush(dst []byte) ([]byte, error) {
	dst, err := e.compress(dst, e.lines)
	e.lines = e.lines[:0]
	return dst, err
}

func (e *ndjsonEncoder) appendLine(dst []byte, row int) []byte {
	sep := byte('{')
	for i := range e.columns {
		c := &e.columns[i]
		if c.block>>(row%64)&1 == 0 {
			continue
		}
		dst = append(append(dst, sep), c.name...)
		dst = c.values.append(dst, row)
		sep = ','
	}
	if sep == '{' { // all of it null
		dst = append(dst, '{')
	}
	return append(dst, '}', '\n')
}
