package convert

import (
	"context"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// blockSize is how much of a result file is worked on at once: large enough
// that what a batch costs by itself does not show, small enough that the blocks
// under way, some three for each worker, stay small beside the row groups.
const blockSize = 512 << 10

// block is a run of whole records of one result file, or one record that cannot
// be read. Whoever receives it owns it, may change its data, and gives it back
// with Release.
type block struct {
	file   *File
	lane   int          // which of the files that are read at once it is from
	offset int64        // of the first record in the file
	data   []byte       // the records
	order  schema.Order // of the two columns where a record does not tell
	// reject says why the data, length bytes in the file, is no record.
	reject string
	length int64

	pool *sync.Pool
}

// Release gives the block back to its pool. One that grew past its normal size is dropped.
func (r *block) Release() {
	if cap(r.data) <= blockSize {
		r.pool.Put(r)
	}
}

// reader reads the result files of a task, verifies them, and cuts them into
// blocks that end on a record boundary. A record at which a file is cut off is
// not sent, for by then its MD5 or its size is known to be wrong.
//
// Two files are read at once, since two MD5s take the time of one. Their blocks
// come by turns, so which order they come in follows from the files alone.
type reader struct {
	store     storage.Store
	files     []File
	verify    table.VerifyInput
	maxRecord int
	inOrder   bool // the files are read one after the other
	onRead    func(bytes int)
	pool      sync.Pool

	bytes    int64    // read so far
	verified []string // how each file was that has been opened
}

// Run sends the blocks of all files. Those of one file are in order.
func (r *reader) Run(ctx context.Context, out chan<- *block) error {
	defer close(out)
	files := newOpener(ctx, r.files, r.open)
	defer files.close()
	lanes := make([]*cutter, 2)
	if r.inOrder {
		lanes = lanes[:1]
	}
	defer func() {
		for _, c := range lanes {
			if c != nil {
				c.close()
			}
		}
	}()
	for {
		busy, err := r.fill(files, lanes)
		if !busy || err != nil {
			return err
		}
		for i, c := range lanes {
			if c == nil {
				continue
			}
			block, err := r.cut(ctx, c)
			if err != nil {
				return err
			}
			if block == nil {
				c.close()
				lanes[i] = nil
				continue
			}
			block.lane = i
			if err := stage.Send(ctx, out, block); err != nil {
				block.Release()
				return err
			}
		}
	}
}

// fill takes the next file to every lane that is free, and reads a block in every
// lane. It reports whether there was anything left to read.
func (r *reader) fill(files *opener, lanes []*cutter) (busy bool, err error) {
	for i := range lanes {
		files.ahead(r.bytes)
		if lanes[i] == nil && len(r.verified) < len(r.files) {
			in, err := files.next()
			if err != nil {
				return false, err
			}
			lanes[i] = r.newCutter(in, r.count)
			r.verified = append(r.verified, in.proof.verified)
		}
		if c := lanes[i]; c != nil {
			busy = true
			if err := c.in.fill(c.block); err != nil {
				return false, err
			}
		}
	}
	if len(lanes) == 2 && lanes[0] != nil && lanes[1] != nil {
		provePair(lanes[0].in, lanes[1].in)
	}
	return busy, nil
}

// count notes what was read.
func (r *reader) count(n int) {
	r.bytes += int64(n)
	r.onRead(n)
}

// cut returns the next block of a file, nil at its end. Nearly always the file's
// first record tells the order of the two columns. Where the first block does
// not, the file is read once more to find a record that does; only a stream
// cannot be.
func (r *reader) cut(ctx context.Context, c *cutter) (*block, error) {
	block, err := c.next()
	if block == nil || err != nil {
		return nil, err
	}
	if block.reject == "" && c.order == schema.OrderUnknown {
		c.order = schema.FirstOrder(block.data)
		if c.order == schema.OrderUnknown && !c.looked && c.in.file.Size >= 0 {
			c.looked = true
			if c.order, err = r.findOrder(ctx, c.in.file); err != nil {
				block.Release()
				return nil, err
			}
		}
	}
	block.order = c.order
	return block, nil
}

// findOrder returns the order of the first record of a file whose content decides.
func (r *reader) findOrder(ctx context.Context, file *File) (schema.Order, error) {
	in, err := r.open(ctx, file)
	if err != nil {
		return schema.OrderUnknown, err
	}
	c := r.newCutter(in, func(int) {})
	defer c.close()
	for {
		block, err := c.next()
		if block == nil || err != nil {
			return schema.OrderUnknown, err
		}
		order := schema.OrderUnknown
		if block.reject == "" {
			order = schema.FirstOrder(block.data)
		}
		block.Release()
		if order != schema.OrderUnknown {
			return order, nil
		}
	}
}

// open opens a file.
func (r *reader) open(ctx context.Context, file *File) (*input, error) {
	body, err := r.store.Open(ctx, file.Name, file.ETag)
	if err != nil {
		return nil, err
	}
	return newInput(body, file, r.verify), nil
}

// newCutter returns what cuts a file that is open.
func (r *reader) newCutter(in *input, onRead func(bytes int)) *cutter {
	in.onRead = onRead
	c := &cutter{in: in, maxRecord: r.maxRecord, pool: &r.pool}
	c.block = c.newBlock()
	return c
}
