package convert

import (
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
)

// ndjsonOptions say how NDJSON files are made.
type ndjsonOptions struct {
	compression Compression // Zstd, Gzip or None
	level       int         // of the codec; 0 is its default
}

// ndjsonFormat writes one JSON object (RFC 8259) a line, its members in the
// schema's order, nulls left out. A row group is a zstd frame or a gzip member:
// both formats define a sequence of them to be the sequence of their contents.
type ndjsonFormat struct {
	options ndjsonOptions
	schema  *arrow.Schema
}

// newNDJSON returns the format of NDJSON files of that schema. It fails on a
// column type that no table has, and on a codec or level that does not exist
// or that readers of NDJSON do not know.
func newNDJSON(schema *arrow.Schema, o ndjsonOptions) (format, error) {
	if o.compression == Snappy {
		return nil, fmt.Errorf("compression %s: ndjson has zstd, gzip, none", Snappy)
	}
	if _, err := newCompressor(o.compression, o.level); err != nil {
		return nil, err
	}
	for _, field := range schema.Fields() {
		if newJSONValues(field.Type) == nil {
			return nil, fmt.Errorf("column %s: no output for type %s", field.Name, field.Type)
		}
	}
	return &ndjsonFormat{options: o, schema: schema}, nil
}

func (f *ndjsonFormat) extension() string {
	switch f.options.compression {
	case Zstd:
		return ".ndjson.zst"
	case Gzip:
		return ".ndjson.gz"
	default:
		return ".ndjson"
	}
}

// rowGroupSize: lines need no company, so what is held is what makes a frame.
// zstd looks back 4 MiB at level 1; with frames of 1 MiB it takes 10 % longer.
func (f *ndjsonFormat) rowGroupSize() (rows, bytes int64) {
	if f.options.compression == None {
		return math.MaxInt64, 256 << 10 // no more than a batch
	}
	return math.MaxInt64, 4 << 20
}

func (f *ndjsonFormat) newEncoder() encoder {
	e := &ndjsonEncoder{schema: f.schema}
	if f.options.compression != None {
		e.compress, _ = newCompressor(f.options.compression, f.options.level) // newNDJSON has checked both
	}
	for _, field := range f.schema.Fields() {
		e.columns = append(e.columns, jsonColumn{
			name:   append(appendJSON([]byte{','}, []byte(field.Name)), ':'),
			values: newJSONValues(field.Type),
		})
	}
	return e
}

func (f *ndjsonFormat) newPart(w io.Writer) (partWriter, error) {
	return &ndjsonPart{w: w, options: f.options}, nil
}

// ndjsonPart is an NDJSON file being written.
type ndjsonPart struct {
	w       io.Writer
	options ndjsonOptions
	written bool
}

func (p *ndjsonPart) append(g rowGroup) error {
	if g.rows == 0 {
		return nil
	}
	p.written = true
	if _, err := p.w.Write(g.data); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	return nil
}

// close writes the one frame that a compressed file without rows needs.
func (p *ndjsonPart) close() error {
	if p.written {
		return nil
	}
	compress, err := newCompressor(p.options.compression, p.options.level)
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
