package convert

import (
	"io"

	"github.com/apache/arrow/go/v15/arrow"
)

// A format turns record batches into the bytes of parts, in two steps, so that
// the costly one runs on all cores: an encoder makes a row group of record
// batches by itself, and a partWriter strings row groups together in order.
// The bytes depend on the rows alone.
type format interface {
	// extension ends the names of parts, with its leading dot.
	extension() string

	// rowGroupSize returns the rows, and the bytes in Arrow's buffers, at which
	// a row group ends; whichever comes first.
	rowGroupSize() (rows, bytes int64)

	// newEncoder returns an encoder for one worker.
	newEncoder() encoder

	// newPart begins a part in w. It never closes w.
	newPart(w io.Writer) (partWriter, error)
}

// encoder encodes row groups. It belongs to one worker. It neither keeps nor
// releases the batches it is given.
type encoder interface {
	// encode returns the row group of all rows of the batches. Its bytes are
	// those of dst, which it overwrites, where they have room.
	encode(dst []byte, batches []arrow.Record) (rowGroup, error)
}

// rowGroup is an encoded row group. Whoever holds it owns its bytes.
type rowGroup struct {
	data []byte
	rows int64
}

// partWriter strings row groups together to a part.
type partWriter interface {
	append(g rowGroup) error

	// close writes what follows the last row group, and fails unless what was
	// written counts as many rows and columns as were to be written. It must be
	// called once, and only if every append succeeded.
	close() error
}
