package ndjson

import (
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/encode"
)

// Options say how NDJSON files are made.
type Options struct {
	Compression encode.Compression // Zstd, Gzip or None
	Level       int                // of the codec; 0 is its default
}

// New returns the format of NDJSON files of that schema. It fails on a
// column type that no table has, and on a codec or level that does not exist
// or that readers of NDJSON do not know.
func New(s *arrow.Schema, o Options) (encode.Format, error) {
	if o.Compression == encode.Snappy {
		return nil, fmt.Errorf("compression %s: ndjson has zstd, gzip, none", encode.Snappy)
	}
	if _, err := encode.NewCompressor(o.Compression, o.Level); err != nil {
		return nil, err
	}
	for _, field := range s.Fields() {
		if newColumnValues(field.Type) == nil {
			return nil, fmt.Errorf("column %s: no output for type %s", field.Name, field.Type)
		}
	}
	return &fileFormat{options: o, schema: s}, nil
}

// fileFormat implements encode.Format.
type fileFormat struct {
	options Options
	schema  *arrow.Schema
}

// Extension implements encode.Format.
func (f *fileFormat) Extension() string {
	switch f.options.Compression {
	case encode.Zstd:
		return ".ndjson.zst"
	case encode.Gzip:
		return ".ndjson.gz"
	default:
		return ".ndjson"
	}
}

// RowGroupSize implements encode.Format. A line needs no others beside it, so a row
// group is as large as a frame should be: zstd looks back 4 MiB at level 1, and with
// frames of 1 MiB it takes 10 % longer.
func (f *fileFormat) RowGroupSize() (rows, bytes int64) {
	if f.options.Compression == encode.None {
		return math.MaxInt64, 256 << 10 // no more than a batch
	}
	return math.MaxInt64, 4 << 20
}

// NewEncoder implements encode.Format.
func (f *fileFormat) NewEncoder() encode.Encoder {
	e := &lineEncoder{schema: f.schema}
	if f.options.Compression != encode.None {
		e.compress, _ = encode.NewCompressor(f.options.Compression, f.options.Level) // New has checked both
	}
	for _, field := range f.schema.Fields() {
		e.columns = append(e.columns, column{
			name:   append(appendString([]byte{','}, []byte(field.Name)), ':'),
			values: newColumnValues(field.Type),
		})
	}
	return e
}

// NewPart implements encode.Format.
func (f *fileFormat) NewPart(w io.Writer) (encode.PartWriter, error) {
	return &filePart{w: w, options: f.options}, nil
}

// filePart is an NDJSON file being written. It implements encode.PartWriter.
type filePart struct {
	w       io.Writer
	options Options
	written bool // a row group
}

// Append implements encode.PartWriter.
func (p *filePart) Append(g encode.RowGroup) error {
	if g.Rows == 0 {
		return nil
	}
	p.written = true
	if _, err := p.w.Write(g.Data); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	return nil
}

// Close implements encode.PartWriter. It writes the one frame that a compressed file
// without rows needs.
func (p *filePart) Close() error {
	if p.written {
		return nil
	}
	compress, err := encode.NewCompressor(p.options.Compression, p.options.Level)
	if err != nil {
		return err
	}
	empty, err := compress(nil, nil)
	if err != nil {
		return err
	}
	if _, err := p.w.Write(empty); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	return nil
}

// Stats implements encode.PartWriter: lines keep no account of their columns.
func (*filePart) Stats() []encode.ColumnStats { return nil }
