package convert

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// blockSize is how much of a result file is worked on at once: large enough
// that what a batch costs by itself does not show, small enough that the blocks
// under way, some three for each worker, stay small beside the row groups.
const blockSize = 512 << 10

// rejectedBytes is how much of a record above the limit a reject keeps.
const rejectedBytes = 64 << 10

// rows is a run of whole records of one result file, or one record that cannot
// be read. Whoever receives it owns it, may change its data, and gives it back
// with Release.
type rows struct {
	file   *File
	offset int64        // of the first record in the file
	data   []byte       // the records
	order  schema.Order // of the two columns where a record does not tell
	// reject says why the data, length bytes in the file, is no record.
	reject string
	length int64

	pool *sync.Pool
}

// Release gives the block back to its pool. One that grew past its normal size is dropped.
func (r *rows) Release() {
	if cap(r.data) <= blockSize {
		r.pool.Put(r)
	}
}

// reader reads the result files of a task one after the other, verifies them,
// and cuts them into blocks that end on a record boundary. A record at which a file
// is cut off is not sent, for by then its MD5 or its size is known to be wrong.
type reader struct {
	store     storage.Store
	files     []File
	verify    string // Options.VerifyInput
	maxRecord int
	onRead    func(bytes int)
	pool      sync.Pool

	bytes    int64    // read so far
	verified []string // how each file was
}

// Run sends the blocks of all files in order.
func (r *reader) Run(ctx context.Context, out chan<- *rows) error {
	defer close(out)
	files := newOpener(ctx, r.files, r.open)
	defer files.close()
	ahead := func() { files.ahead(r.bytes) }
	for range r.files {
		ahead()
		in, err := files.next()
		if err != nil {
			return err
		}
		r.verified = append(r.verified, in.proof.verified)
		err = r.readFile(ctx, in, ahead, out)
		in.close()
		if err != nil {
			return err
		}
	}
	return nil
}

// open opens a file.
func (r *reader) open(ctx context.Context, file *File) (*input, error) {
	body, err := r.store.Open(ctx, file.Name, file.ETag)
	if err != nil {
		return nil, err
	}
	return &input{
		body:  bufio.NewReaderSize(body, 16),
		close: func() { body.Close() },
		file:  file,
		proof: newProof(r.verify, file, body),
	}, nil
}

// readFile sends the blocks of a file that is open, and calls ahead as it gets on.
// Nearly always its first record tells the order of the two columns. Where the
// first block does not, the file is read once more to find a record that does;
// only a stream cannot be.
func (r *reader) readFile(ctx context.Context, in *input, ahead func(), out chan<- *rows) error {
	order, looked := schema.OrderUnknown, in.file.Size < 0
	in.onRead = func(n int) {
		r.bytes += int64(n)
		r.onRead(n)
		ahead()
	}
	return r.cut(in, func(block *rows) error {
		if block.reject == "" && order == schema.OrderUnknown {
			order = schema.FirstOrder(block.data)
			if order == schema.OrderUnknown && !looked {
				looked = true
				var err error
				if order, err = r.findOrder(ctx, in.file); err != nil {
					return err
				}
			}
		}
		block.order = order
		return send(ctx, out, block)
	})
}

// findOrder returns the order of the first record of a file whose content decides.
func (r *reader) findOrder(ctx context.Context, file *File) (order schema.Order, err error) {
	in, err := r.open(ctx, file)
	if err != nil {
		return order, err
	}
	defer in.close()
	in.onRead = func(int) {}
	found := errors.New("found")
	err = r.cut(in, func(block *rows) error {
		if block.reject == "" {
			order = schema.FirstOrder(block.data)
		}
		if order != schema.OrderUnknown {
			return found
		}
		block.Release()
		return nil
	})
	if errors.Is(err, found) {
		err = nil
	}
	return order, err
}

// cut hands the blocks of a file to emit, which owns them unless it fails.
func (r *reader) cut(in *input, emit func(*rows) error) error {
	block := r.block(in.file)
	defer func() { block.Release() }()
	if err := in.fill(block); err != nil {
		return err
	}
	if bom := []byte("\ufeff"); bytes.HasPrefix(block.data, bom) {
		block.data = append(block.data[:0], block.data[len(bom):]...)
		block.offset = int64(len(bom))
	}
	for {
		if err := in.fill(block); err != nil {
			return err
		}
		end := schema.LastRecordEnd(block.data)
		switch {
		case in.ended && schema.Closed(block.data):
			end = len(block.data)
		case end == 0 && !in.ended && len(block.data) < r.maxRecord:
			block.grow(min(2*cap(block.data), r.maxRecord))
			continue
		}
		if end == 0 && len(block.data) == 0 {
			return nil
		}
		rest := r.block(in.file)
		if end > 0 {
			rest.take(block, end)
			rest.offset = block.offset + int64(end)
		} else if err := in.reject(block, rest, r.maxRecord); err != nil {
			rest.Release()
			return err
		}
		sent := block
		block = rest
		if err := emit(sent); err != nil {
			sent.Release()
			return err
		}
	}
}

// block returns an empty block.
func (r *reader) block(file *File) *rows {
	b, _ := r.pool.Get().(*rows)
	if b == nil {
		b = &rows{data: make([]byte, 0, min(blockSize, r.maxRecord))}
	}
	*b = rows{file: file, data: b.data[:0], pool: &r.pool}
	return b
}

// take moves what follows the first end bytes of other to r.
func (r *rows) take(other *rows, end int) {
	rest := other.data[end:]
	if len(rest) > cap(r.data) {
		r.grow(len(rest))
	}
	r.data = append(r.data, rest...)
	other.data = other.data[:end]
}

func (r *rows) grow(size int) {
	r.data = append(make([]byte, 0, size), r.data...)
}

// input is a result file being read.
type input struct {
	body   *bufio.Reader // to look one byte ahead: blocks are read past its buffer
	close  func()
	file   *File
	proof  proof
	size   int64
	ended  bool
	onRead func(bytes int)
}

// fill reads until the block is full or the file ends, which it does only if
// all of its bytes are the ones the manifest speaks of.
func (in *input) fill(block *rows) error {
	for !in.ended && len(block.data) < cap(block.data) {
		free := block.data[len(block.data):cap(block.data)]
		n, err := in.body.Read(free)
		in.proof.add(free[:n])
		in.size += int64(n)
		in.onRead(n)
		block.data = block.data[:len(block.data)+n]
		if err != nil {
			return in.end(err)
		}
	}
	if in.ended {
		return nil
	}
	// What just fits may be the last record: bodies do not agree on whether
	// the end of the file comes with its last bytes or after them.
	if _, err := in.body.Peek(1); err != nil {
		return in.end(err)
	}
	return nil
}

// end takes the error that ended reading.
func (in *input) end(err error) error {
	if !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: at byte %d: %w", in.file.Name, in.size, err)
	}
	in.ended = true
	return in.proof.check(in.file, in.size)
}

// reject turns block, at whose start a record begins that does not end within
// the limit, into a reject of its first line, and moves what follows to rest.
func (in *input) reject(block, rest *rows, maxRecord int) error {
	line := bytes.IndexByte(block.data, '\n') + 1
	if line > 0 || in.ended {
		if line == 0 {
			line = len(block.data)
		}
		block.reject = "a quote is opened and not closed"
		if !in.ended {
			block.reject += fmt.Sprintf(" within %d bytes", maxRecord)
		}
		block.length = int64(line)
		rest.take(block, line)
	} else {
		block.reject = fmt.Sprintf("the record is longer than %d bytes", maxRecord)
		block.length = int64(len(block.data))
		block.data = block.data[:min(len(block.data), rejectedBytes)]
		for line == 0 && !in.ended {
			rest.data = rest.data[:0]
			if err := in.fill(rest); err != nil {
				return err
			}
			line = bytes.IndexByte(rest.data, '\n') + 1
			if line == 0 {
				block.length += int64(len(rest.data))
			}
		}
		if line == 0 {
			line = len(rest.data)
		} else {
			block.length += int64(line)
		}
		rest.data = append(rest.data[:0], rest.data[line:]...)
	}
	rest.offset = block.offset + block.length
	return nil
}
