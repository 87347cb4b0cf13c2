package convert

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// input is a result file being read.
type input struct {
	close  func()
	body   *bufio.Reader // to look one byte ahead: blocks are read past its buffer
	file   *File
	proof  proof
	size   int64
	ended  bool
	onRead func(bytes int)
}

func newInput(body io.ReadCloser, file *File, proof proof) *input {
	return &input{
		close: func() { body.Close() }, body: bufio.NewReaderSize(body, 16), file: file, proof: proof,
		onRead: func(int) {},
	}
}

// fill reads until the block is full or the file ends.
func (in *input) fill(b *block) error {
	for !in.ended && len(b.data) < cap(b.data) {
		n, err := in.body.Read(b.data[len(b.data):cap(b.data)])
		in.size += int64(n)
		in.onRead(n)
		b.data = b.data[:len(b.data)+n]
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
	if own := (*fs.PathError)(nil); errors.As(err, &own) {
		err = own.Err // it names the file too
	}
	if !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: at byte %d: %w", in.file.Name, in.size, err)
	}
	in.ended = true
	if in.proof.hash != nil {
		return nil // its MD5 will tell
	}
	return checkSize(in.file, in.size)
}
