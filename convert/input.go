package convert

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"batchreport/convert/table"
)

// input is a result file being read.
type input struct {
	close  func()
	body   *bufio.Reader // to look one byte ahead: blocks are read past its buffer
	file   *File
	proof  proof
	fresh  []byte // what was read last and is not in proof yet: a view of a block
	size   int64
	ended  bool
	onRead func(bytes int)
}

func newInput(body io.ReadCloser, file *File, verify table.VerifyInput) *input {
	return &input{close: func() { body.Close() }, body: bufio.NewReaderSize(body, 16), file: file, proof: newProof(verify, file, body)}
}

// fill reads until the block is full or the file ends. Nothing of it may be
// used before verify.
func (in *input) fill(block *block) error {
	in.prove()
	start := len(block.data)
	err := in.read(block)
	in.fresh = block.data[start:]
	return err
}

func (in *input) read(block *block) error {
	for !in.ended && len(block.data) < cap(block.data) {
		n, err := in.body.Read(block.data[len(block.data):cap(block.data)])
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
	return nil
}

// provePair adds to the proofs of two files what was read last of them.
func provePair(a, b *input) {
	addPair(&a.proof, &b.proof, a.fresh, b.fresh)
	a.fresh, b.fresh = nil, nil
}

// prove adds to the proof what was read last.
func (in *input) prove() {
	in.proof.add(in.fresh)
	in.fresh = nil
}

// verify checks, at the end of the file, that its bytes are the ones the manifest
// speaks of.
func (in *input) verify() error {
	in.prove()
	if !in.ended {
		return nil
	}
	return in.proof.check(in.file, in.size)
}
