package encode

import (
	"io"

	"github.com/apache/arrow/go/v15/arrow"
)

// Format turns record batches into the bytes of parts, in two steps, so that the
// costly one runs on all cores: an Encoder makes a row group of record batches by
// itself, and a PartWriter strings row groups together in order. The bytes depend
// on the rows alone. Its methods may be called by several goroutines at once.
type Format interface {
	// Extension returns how the names of parts end, with the leading dot.
	Extension() string

	// RowGroupSize returns the rows, and the bytes in Arrow's buffers, at which a row
	// group is full, whichever comes first. It ends with the batch that reaches them;
	// it has fewer where memory is short or the task ends.
	RowGroupSize() (rows, bytes int64)

	// NewEncoder returns an encoder for one worker.
	NewEncoder() Encoder

	// NewPart begins a part in w. It never closes w.
	NewPart(w io.Writer) (PartWriter, error)
}

// Encoder encodes row groups. It belongs to one worker. It neither keeps nor
// releases the batches it is given.
type Encoder interface {
	// Encode returns the row group of all rows of the batches. Its bytes are
	// those of dst, which it overwrites, where they have room.
	Encode(dst []byte, batches []arrow.Record) (RowGroup, error)
}

// RowGroup is an encoded row group. Whoever holds it owns its bytes.
type RowGroup struct {
	Data []byte // only a PartWriter of the same format knows what they mean
	Rows int64
	Meta any // what else that PartWriter needs; nil for some formats
}

// PartWriter strings row groups together to a part. It belongs to one goroutine.
type PartWriter interface {
	// Append writes a row group, whose bytes it does not keep.
	Append(g RowGroup) error

	// Close writes what follows the last row group, and fails unless what was
	// written counts as many rows and columns as were to be written. It must be
	// called once, and only if every Append has succeeded.
	Close() error

	// Stats returns, after Close, what is known of the part's columns, in order; nil
	// where the format keeps no account of them.
	Stats() []ColumnStats
}

// ColumnStats is what is known of a column of a part.
type ColumnStats struct {
	Column string
	Nulls  int64
	// Min and Max are the smallest and the greatest value: string, int64, float64, or
	// time.Time; nil where all are null or these two are not known.
	Min, Max any
}
