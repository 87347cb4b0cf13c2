package convert

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"batchreport/convert/md5pair"
)

// input is a result file being read.
type input struct {
	closer io.Closer
	body   *bufio.Reader // to look one byte ahead: blocks are read past its buffer
	file   *File
	hash   *md5pair.Digest
	fresh  []byte // what was read last and is not in hash yet: a view of a block
	size   int64
	ended  bool
	onRead func(bytes int)
}

func newInput(body io.ReadCloser, file *File, hash *md5pair.Digest, onRead func(bytes int)) *input {
	return &input{closer: body, body: bufio.NewReaderSize(body, 16), file: file, hash: hash, onRead: onRead}
}

func (in *input) close() { _ = in.closer.Close() } // all that counts has been read

// fill reads until the block is full or the file ends. Nothing of it may be
// used before verify.
func (in *input) fill(block *rows) error {
	in.hashFresh()
	start := len(block.data)
	err := in.read(block)
	in.fresh = block.data[start:]
	return err
}

func (in *input) read(block *rows) error {
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

// hashPair hashes what was read last of two files.
func hashPair(a, b *input) {
	md5pair.Write(a.hash, b.hash, a.fresh, b.fresh)
	a.fresh, b.fresh = nil, nil
}

// hashFresh hashes what was read last.
func (in *input) hashFresh() {
	_, _ = in.hash.Write(in.fresh) // never fails
	in.fresh = nil
}

// verify hashes what was read last and, at the end of the file, checks that its
// bytes are the ones the manifest speaks of.
func (in *input) verify() error {
	in.hashFresh()
	if !in.ended || in.file.MD5 == "" {
		return nil
	}
	sum := in.hash.Sum()
	if sum := hex.EncodeToString(sum[:]); sum != in.file.MD5 {
		return fmt.Errorf("read %s: the MD5 of its %d bytes is %s, not %s: the file is damaged or was changed", in.file.Name, in.size, sum, in.file.MD5)
	}
	return nil
}
