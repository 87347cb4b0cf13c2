package stdio

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// spooled is standard input, or a pipe, kept in a file.
type spooled struct {
	file *os.File
	size int64
}

// spool reads an input when it is first called, and returns what it has read.
type spool func() (*spooled, error)

func (s spool) open() (io.ReadCloser, error) {
	in, err := s()
	if err != nil {
		return nil, err
	}
	return io.NopCloser(io.NewSectionReader(in.file, 0, in.size)), nil
}

// spoolFile copies in, which it closes, to a temporary file whose name is removed at
// once, so that the file is gone however the process ends.
func spoolFile(name string, in io.ReadCloser) (*spooled, error) {
	defer in.Close()
	file, err := os.CreateTemp("", "batchreport-")
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", name, err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, fmt.Errorf("keep %s: %w", name, errors.Join(err, file.Close()))
	}
	size, err := io.Copy(file, in)
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", name, errors.Join(err, file.Close()))
	}
	if size == 0 && name != os.DevNull { // which is named in order that nothing comes
		return nil, errors.Join(&EmptyError{name}, file.Close())
	}
	return &spooled{file, size}, nil
}

// standardInput is what messages call standard input.
const standardInput = "standard input"

// EmptyError is standard input, or a pipe, of which nothing comes: most likely the command
// that was to write to it has failed, which a shell does not tell.
type EmptyError struct{ name string }

// Error implements error.
func (e *EmptyError) Error() string { return e.name + " is empty" }

// Hint says what the user can do.
func (e *EmptyError) Hint() string {
	return "the command that writes to the pipe may have failed: run it alone to see; a shell passes over that, unless set -o pipefail is given"
}

// ReadAll reads standard input whole, of which no more than limit bytes. That nothing comes is
// an error.
func ReadAll(ctx context.Context, stdin io.Reader, limit int64) ([]byte, error) {
	in := interruptible(ctx, stdin)
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, limit))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", standardInput, err)
	}
	if len(data) == 0 {
		return nil, &EmptyError{standardInput}
	}
	return data, nil
}

// filled returns a reader of in once something has come of it. That nothing comes is an
// error.
func filled(name string, in io.ReadCloser) (io.ReadCloser, error) {
	r := bufio.NewReader(in)
	if _, err := r.Peek(1); errors.Is(err, io.EOF) {
		return nil, errors.Join(&EmptyError{name}, in.Close())
	}
	return struct { // Why nothing more can be read, who reads it is told again.
		io.Reader
		io.Closer
	}{r, in}, nil
}

// interruptible returns a reader of what r reads whose reads end when ctx does. A
// read from a terminal or a pipe cannot be interrupted: its goroutine is left behind.
func interruptible(ctx context.Context, r io.Reader) io.ReadCloser {
	pr, pw := io.Pipe()
	stop := context.AfterFunc(ctx, func() { pw.CloseWithError(context.Cause(ctx)) })
	go func() {
		defer stop()
		defer func() {
			if p := recover(); p != nil {
				pw.CloseWithError(fmt.Errorf("panic: %v", p))
			}
		}()
		// The buffer is larger than the 64 KiB of a pipe, so that no read is cut.
		_, err := io.CopyBuffer(struct{ io.Writer }{pw}, struct{ io.Reader }{r}, make([]byte, 256<<10))
		pw.CloseWithError(err)
	}()
	return pr
}
