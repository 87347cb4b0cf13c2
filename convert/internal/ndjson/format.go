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

// fileFormat writes one JSON object (RFC 8259) a line, its members in the
// schema's order, nulls left out. A row group is a zstd frame or a gzip member:
// both formats define a sequence of them to be the sequence of their contents.
type fileFormat struct {
	options Options
	schema  *arrow.Schema
}

// New returns the format of NDJSON files of that schema. It fails on a
// column type that no table has, and on a codec or level that does not exist
// or that readers of NDJSON do not know.
func New(schema *arrow.Schema, o Options) (encode.Format, error) {
	if o.Compression == encode.Snappy {
		return nil, fmt.Errorf("compression %s: ndjson has zstd, gzip, none", encode.Snappy)
	}
	if _, err := encode.NewCompressor(o.Compression, o.Level); err != nil {
		return nil, err
	}
	for _, field := range schema.Fields() {
		if newJSONValues(field.Type) == nil {
			return nil, fmt.Errorf("column %s: no output for type %s", field.Name, field.Type)
		}
	}
	return &fileFormat{options: o, schema: schema}, nil
}

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

// RowGroupSize: lines need no company, so what is held is what makes a frame.
// zstd looks back 4 MiB at level 1; with frames of 1 MiB it takes 10 % longer.
func (f *fileFormat) RowGroupSize() (rows, bytes int64) {
	if f.options.Compression == encode.None {
		return math.MaxInt64, 256 << 10 // no more than a batch
	}
	return math.MaxInt64, 4 << 20
}

func (f *fileFormat) NewEncoder() encode.Encoder {
	e := &lineEncoder{schema: f.schema}
	if f.options.Compression != encode.None {
		e.compress, _ = encode.NewCompressor(f.options.Compression, f.options.Level) // newNDJSON has checked both
	}
	for _, field := range f.schema.Fields() {
		e.columns = append(e.columns, jsonColumn{
			name:   append(appendJSON([]byte{','}, []byte(field.Name)), ':'),
			values: newJSONValues(field.Type),
		})
	}
	return e
}

func (f *fileFormat) NewPart(w io.Writer) (encode.PartWriter, error) {
	return &filePart{w: w, options: f.options}, nil
}

// filePart is an NDJSON file being written.
type filePart struct {
	w       io.Writer
	options Options
	written bool
}

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

// Close writes the one frame that a compressed file without rows needs.
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
