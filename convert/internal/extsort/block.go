package extsort

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/klauspost/compress/s2"

	"batchreport/convert/internal/batch"
)

// A block is a batch as bytes: the number of rows, the size of what follows before and
// after compression, a checksum of all that and of what follows, and then the
// compressed buffers of all columns one behind the other, each after its length.
//
// Arrow's IPC format does the same with a description of every buffer, and a message
// for every dictionary: for 250 rows of all columns writing and reading these takes
// 135 µs, as long as compression does here.
const (
	blockSizes  = 12 // bytes of the three numbers before the checksum
	blockHeader = blockSizes + crc32.Size
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// blockWriter makes blocks. It belongs to one worker.
type blockWriter struct{ raw []byte }

// append appends a batch as a block. Its columns begin at the start of their buffers,
// as those of a Gatherer do.
func (w *blockWriter) append(dst []byte, rec arrow.Record) []byte {
	w.raw = w.raw[:0]
	for _, col := range rec.Columns() {
		w.add(col.Data())
		if d, ok := col.(*array.Dictionary); ok {
			w.raw = binary.LittleEndian.AppendUint64(w.raw, uint64(d.Dictionary().Len()))
			w.add(d.Dictionary().Data())
		}
	}
	start := len(dst)
	var header [blockHeader]byte
	dst = append(dst, header[:]...)
	room := s2.MaxEncodedLen(len(w.raw))
	dst = growBytes(dst, room)
	packed := s2.Encode(dst[len(dst):len(dst)+room], w.raw)
	dst = dst[:len(dst)+len(packed)]
	h := dst[start:]
	binary.LittleEndian.PutUint32(h, uint32(rec.NumRows()))
	binary.LittleEndian.PutUint32(h[4:], uint32(len(w.raw)))
	binary.LittleEndian.PutUint32(h[8:], uint32(len(packed)))
	binary.LittleEndian.PutUint32(h[blockSizes:], blockSum(h, packed))
	return dst
}

// blockSum returns the checksum of a block.
func blockSum(header, packed []byte) uint32 {
	return crc32.Update(crc32.Checksum(header[:blockSizes], castagnoli), castagnoli, packed)
}

// add adds an array's buffers. They begin at multiples of eight bytes, as Arrow
// wants them.
func (w *blockWriter) add(data arrow.ArrayData) {
	for _, b := range data.Buffers() {
		w.raw = binary.LittleEndian.AppendUint64(w.raw, uint64(b.Len()))
		w.raw = append(w.raw, b.Bytes()...)
		var pad [8]byte
		w.raw = append(w.raw, pad[:-len(w.raw)&7]...)
	}
}

// growBytes returns b with room for n more bytes.
func growBytes(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	grown := make([]byte, len(b), max(2*cap(b), len(b)+n))
	copy(grown, b)
	return grown
}

// runReader reads the batches of runs. What it needs for one is kept for the next.
type runReader struct {
	mem     memory.Allocator
	columns *arrow.Schema
	packed  []byte // the compressed block
}

var errDamagedRun = errors.New("read sorted rows: they are not what was written")

// next returns the next batch of a run, which the caller releases, or io.EOF.
func (r *runReader) next(from *io.SectionReader) (arrow.Record, error) {
	at, err := from.Seek(0, io.SeekCurrent)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read sorted rows: %w", err)
	case at == from.Size():
		return nil, io.EOF
	case from.Size()-at < blockHeader:
		return nil, errDamagedRun
	}
	var h [blockHeader]byte
	if err := readWhole(from, h[:]); err != nil {
		return nil, err
	}
	rows := int(binary.LittleEndian.Uint32(h[:]))
	size := int(binary.LittleEndian.Uint32(h[4:]))
	packed := int64(binary.LittleEndian.Uint32(h[8:]))
	if packed > from.Size()-at-blockHeader {
		return nil, errDamagedRun
	}
	r.packed = growBytes(r.packed[:0], int(packed))[:packed]
	if err := readWhole(from, r.packed); err != nil {
		return nil, err
	}
	if blockSum(h[:], r.packed) != binary.LittleEndian.Uint32(h[blockSizes:]) {
		return nil, errDamagedRun
	}
	whole := memory.NewResizableBuffer(r.mem)
	defer whole.Release()
	whole.Resize(size)
	if _, err := s2.Decode(whole.Bytes(), r.packed); err != nil {
		return nil, fmt.Errorf("read sorted rows: %w", err)
	}
	return (&blockParser{whole: whole}).record(r.columns, rows), nil
}

// readWhole fills b. Where what it reads from ends before, that is damage and not the
// end of the run.
func readWhole(from io.Reader, b []byte) error {
	_, err := io.ReadFull(from, b)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errDamagedRun
	case err != nil:
		return fmt.Errorf("read sorted rows: %w", err)
	}
	return nil
}

// blockParser makes a batch of slices of a decompressed block. The block has the right
// checksum, so it is as blockWriter made it and needs no other checks.
type blockParser struct {
	whole *memory.Buffer
	at    int // where the next number or buffer begins
}

func (p *blockParser) record(s *arrow.Schema, rows int) arrow.Record {
	columns := make([]arrow.Array, s.NumFields())
	for i, f := range s.Fields() {
		data := p.column(f.Type, rows)
		columns[i] = array.MakeFromData(data)
		data.Release()
	}
	rec := array.NewRecord(s, columns, int64(rows))
	for _, c := range columns {
		c.Release()
	}
	return rec
}

func (p *blockParser) column(t arrow.DataType, rows int) arrow.ArrayData {
	buffers := make([]*memory.Buffer, 2, 3) // validity and values; or offsets and values
	if t.ID() == arrow.STRING {
		buffers = buffers[:3]
	}
	for i := range buffers {
		length := p.number()
		buffers[i] = memory.SliceBuffer(p.whole, p.at, length)
		p.at += (length + 7) &^ 7
	}
	if t.ID() != arrow.DICTIONARY {
		return batch.NewData(t, rows, array.UnknownNullCount, nil, buffers...)
	}
	dictionary := p.column(arrow.BinaryTypes.String, p.number())
	defer dictionary.Release()
	return batch.NewData(t, rows, array.UnknownNullCount, dictionary, buffers...)
}

func (p *blockParser) number() int {
	p.at += 8
	return int(binary.LittleEndian.Uint64(p.whole.Bytes()[p.at-8:]))
}
