package convert

import (
	"sync"

	"batchreport/convert/plan"
	"batchreport/schema"
)

// blockSize is how much of a result file is worked on at once: large enough
// that what a batch costs by itself does not show, small enough that the blocks
// under way, some three for each worker, stay small beside the row groups.
const blockSize = 512 << 10

// block is a sequence of whole records of one result file, or one record that cannot
// be read. Whoever receives it owns it, may change its data, and gives it back
// with Release. After an error the garbage collector gets it: it may be hashed still.
type block struct {
	file   *plan.File
	offset int64  // of the first record in the file
	data   []byte // the records
	// records are where they end, for nearly every block: see record.
	records []schema.Extent
	order   schema.Order // of the two columns where a record does not tell
	// reject says why the data, length bytes in the file, is no record.
	reject string
	length int64

	pool *sync.Pool
}

// findRecords finds the whole records of the block, of which ended says that nothing
// follows. It returns where the last of them ends, 0 if there is none.
func (b *block) findRecords(ended bool) int {
	b.records = schema.Extents(b.records[:0], b.data, ended)
	if len(b.records) == 0 {
		return 0
	}
	return b.records[len(b.records)-1].End
}

// record returns where record number i of the block ends, which begins at start. What
// the cutter has found need not be looked for again.
func (b *block) record(i, start int) schema.Extent {
	if len(b.records) > 0 {
		return b.records[i]
	}
	length, lone := schema.RecordEnd(b.data[start:])
	return schema.Extent{End: start + length, Lone: lone}
}

// Release gives the block back to its pool. One that grew past its normal size is dropped.
func (b *block) Release() {
	if cap(b.data) <= blockSize {
		b.pool.Put(b)
	}
}
