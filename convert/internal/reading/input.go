package reading

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/plan"
)

// input is a result file being read.
type input struct {
	close  func()
	body   *reportfile.File
	file   *plan.File
	proof  proof
	size   int64 // of the CSV, so far
	ended  bool
	onRead func(stored int) // takes how many bytes were read of what is stored
	told   int64            // how many onRead was told of
}

func newInput(body *reportfile.File, file *plan.File, proof proof) *input {
	return &input{close: body.Close, body: body, file: file, proof: proof, onRead: func(int) {}}
}

// fill reads until the block is full or the file ends.
func (in *input) fill(b *Block) error {
	for !in.ended && len(b.Data) < cap(b.Data) {
		n, err := in.body.Read(b.Data[len(b.Data):cap(b.Data)])
		in.size += int64(n)
		in.onRead(int(in.body.Stored() - in.told))
		in.told = in.body.Stored()
		b.Data = b.Data[:len(b.Data)+n]
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
	return checkSize(in.file, in.body.Stored())
}
