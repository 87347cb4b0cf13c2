package extsort

import (
	"bytes"
	"io"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
)

// run is rows of a partition in order, as blocks of bytes: in memory, or in the
// spill file.
type run struct {
	data   []byte     // the blocks, if they are in memory
	file   *spillFile // that has them if not; nil where data does
	at     int64      // where they begin in file
	size   int64      // bytes of the blocks
	rows   int64
	bytes  int64 // of the batches, before they became blocks
	widest int64 // bytes of the largest batch
}

// reader returns a reader of the run's blocks.
func (r *run) reader() *io.SectionReader {
	if r.file == nil {
		return io.NewSectionReader(bytes.NewReader(r.data), 0, r.size)
	}
	return io.NewSectionReader(r.file.f, r.at, r.size)
}

// add appends a batch, which it releases, to a run in memory.
func (r *run) add(blocks *blockWriter, rec arrow.Record) {
	defer rec.Release()
	r.data = blocks.append(r.data, rec)
	r.size = int64(len(r.data))
	size := batch.Size(rec)
	r.rows += rec.NumRows()
	r.bytes += size
	r.widest = max(r.widest, size)
}
