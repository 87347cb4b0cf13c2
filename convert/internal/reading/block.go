package reading

import (
	"iter"
	"sync"

	"batchreport/convert/plan"
	"batchreport/schema"
)

// BlockSize is how many bytes of a result file are worked on at once: large enough
// that what a batch costs by itself does not show, small enough that the blocks
// under way, some three for each worker, stay small beside the row groups.
const BlockSize = 512 << 10

// Block is a sequence of whole records of one result file, or one record that cannot
// be read. It has no more than BlockSize bytes, unless it is one record.
//
// Whoever receives a block owns it, and gives it back with Release, once, when nothing is
// left that looks at its Data; also after an error. Blocks that are not sent when reading
// fails are not used again: they may be hashed still.
type Block struct {
	// File is the file: it points into Config.Files.
	File *plan.File
	// Offset is where Data begin in the CSV of the file, in bytes.
	Offset int64
	// Data are the records. The owner may change the bytes of a record once Records has
	// told it, and leaves the slice as it is.
	Data []byte
	// Order is that of the two columns where a record does not tell.
	Order schema.Order
	// Reject says why the bytes from Offset on cannot be read as a record; it is empty
	// where Data are records.
	Reject string
	// Length is how many bytes are rejected; 0 where Data are records. Data are those
	// bytes or, of a record longer than Config.MaxRecord, the first of them: MaxRecord, and
	// 64 KiB at most.
	Length int64

	// records are where those of Data end, for nearly every block: see Records.
	records []schema.Extent
	pool    *sync.Pool // nil once it has the block back
}

// Records are the records of Data, in their order: where each begins there, and where it
// ends. What the cutter has found is not looked for again.
func (b *Block) Records() iter.Seq2[int, schema.Extent] {
	return func(yield func(int, schema.Extent) bool) {
		start := 0
		for i := 0; start < len(b.Data); i++ {
			record := b.record(i, start)
			if !yield(start, record) {
				return
			}
			start = record.End
		}
	}
}

// record returns where record number i of the block ends, which begins at start.
func (b *Block) record(i, start int) schema.Extent {
	if len(b.records) > 0 {
		return b.records[i]
	}
	length, lone := schema.RecordEnd(b.Data[start:])
	return schema.Extent{End: start + length, Lone: lone}
}

// findRecords finds the whole records of the block, of which ended says that nothing
// follows. It returns where the last of them ends, 0 if there is none.
func (b *Block) findRecords(ended bool) int {
	b.records = schema.Extents(b.records[:0], b.Data, ended)
	if len(b.records) == 0 {
		return 0
	}
	return b.records[len(b.records)-1].End
}

// Release gives the block back to its Reader, which uses its memory again, unless it grew
// past its normal size. It is for the owner to call, once. A block of no Reader is left
// alone.
func (b *Block) Release() {
	pool := b.pool
	b.pool = nil
	if pool != nil && cap(b.Data) <= BlockSize {
		pool.Put(b)
	}
}
