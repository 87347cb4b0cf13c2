package ndjson

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
)

// lineEncoder makes row groups. What one needs while it is encoded is kept for the
// next one.
type lineEncoder struct {
	schema   *arrow.Schema
	compress encode.Compressor // nil for none
	columns  []column
	lines    []byte // of a row group, before they are compressed
}

// column is a column of the batch being encoded. A row has the bytes of name and,
// behind them, its value.
type column struct {
	name   []byte // as a JSON string between a comma and a colon
	values columnValues
	rows   batch.Valid
	valid  uint64 // has a bit for each of the 64 rows being encoded, set if it has a value
}

// Encode implements encode.Encoder.
func (e *lineEncoder) Encode(dst []byte, batches []arrow.Record) (encode.RowGroup, error) {
	for i := range e.columns {
		e.columns[i].values.reset()
	}
	lines := e.lines[:0]
	if e.compress == nil {
		lines = dst[:0]
	}
	var rows int64
	for _, b := range batches {
		if !b.Schema().Equal(e.schema) {
			return encode.RowGroup{}, fmt.Errorf("encode lines: their schema is not that of the file: %s", b.Schema())
		}
		rows += b.NumRows()
		lines = e.add(lines, b)
	}
	if rows == 0 {
		return encode.RowGroup{}, nil
	}
	if n := int64(bytes.Count(lines, []byte{'\n'})); n != rows {
		return encode.RowGroup{}, fmt.Errorf("encode lines: %d lines are there for %d rows", n, rows)
	}
	if e.compress == nil {
		return encode.RowGroup{Data: lines, Rows: rows}, nil
	}
	e.lines = lines
	frame, err := e.compress(dst[:0], lines)
	if err != nil {
		return encode.RowGroup{}, fmt.Errorf("encode lines: %w", err)
	}
	return encode.RowGroup{Data: frame, Rows: rows}, nil
}

// add appends a batch's lines to dst.
func (e *lineEncoder) add(dst []byte, b arrow.Record) []byte {
	for i := range e.columns {
		c := &e.columns[i]
		c.values.use(b.Column(i))
		c.rows = batch.ValidOf(b.Column(i))
	}
	rows := int(b.NumRows())
	for row := range rows {
		if row%64 == 0 {
			for i := range e.columns {
				c := &e.columns[i]
				c.valid = c.rows.Load(row, min(64, rows-row))
			}
		}
		dst = e.appendLine(dst, row)
	}
	return dst
}

// appendLine appends the line of a row.
func (e *lineEncoder) appendLine(dst []byte, row int) []byte {
	start := len(dst)
	for i := range e.columns {
		c := &e.columns[i]
		if c.valid>>(row%64)&1 == 0 {
			continue
		}
		dst = append(dst, c.name...)
		dst = c.values.append(dst, row)
	}
	if len(dst) == start {
		dst = append(dst, ',') // a row of nulls: {}
	}
	dst[start] = '{' // in place of the first comma
	return append(dst, '}', '\n')
}
