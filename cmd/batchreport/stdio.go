package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"batchreport/convert/storage"
)

// stdio is a store that also has standard input and output, both by the name
// storage.Stdio. Standard input and pipes are read once: either they are kept in
// temporary files, so that they can be hashed before they are converted, or they
// are streams whose size is not known.
type stdio struct {
	storage.Store
	storage.Bulk
	stdout io.Writer

	stream   io.Reader
	streamed bool

	mu     sync.Mutex
	spools map[string]spool // by name
}

// spooled is standard input, or a pipe, kept in a file.
type spooled struct {
	file *os.File
	size int64
}

// newStdio returns store with standard input and output. A read that waits for input
// ends when ctx is cancelled.
func newStdio(ctx context.Context, store storage.Store, stdin io.Reader, stdout io.Writer, streamed bool) *stdio {
	s := &stdio{Store: store, Bulk: storage.BulkOf(store), stdout: stdout, stream: stdin, streamed: streamed, spools: map[string]spool{}}
	if !streamed {
		s.spools[storage.Stdio] = sync.OnceValues(func() (*spooled, error) {
			return spoolFile(standardInput, interruptible(ctx, stdin))
		})
	}
	return s
}

// kept returns what keeps the input of that name; nil if nothing does.
func (s *stdio) kept(name string) spool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spools[name]
}

// keep returns what keeps the pipe of that name, from now on if nothing did.
func (s *stdio) keep(ctx context.Context, name string) spool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spools[name] == nil {
		s.spools[name] = sync.OnceValues(func() (*spooled, error) {
			in, err := s.Store.Open(ctx, name, "")
			if err != nil {
				return nil, err
			}
			return spoolFile(storage.Shown(name), in)
		})
	}
	return s.spools[name]
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
		return nil, errors.Join(emptyError(name), file.Close())
	}
	return &spooled{file, size}, nil
}

// standardInput is what messages call standard input.
const standardInput = "standard input"

// emptyError is the error of standard input, or of a pipe, of which nothing comes: most
// likely the command that was to write to it has failed, which a shell does not tell.
func emptyError(name string) error {
	return &hintedError{
		err:  fmt.Errorf("%s is empty", name),
		hint: "the command that writes to the pipe may have failed: run it alone to see; a shell passes over that, unless set -o pipefail is given",
	}
}

// filled returns a reader of in once something has come of it. That nothing comes is an
// error.
func filled(name string, in io.ReadCloser) (io.ReadCloser, error) {
	r := bufio.NewReader(in)
	if _, err := r.Peek(1); errors.Is(err, io.EOF) {
		return nil, errors.Join(emptyError(name), in.Close())
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

// Stat implements storage.Store. The size of a stream is -1, and so is that of a pipe
// that has not been opened.
func (s *stdio) Stat(ctx context.Context, name string) (storage.Info, error) {
	kept := s.kept(name)
	switch {
	case kept != nil:
		in, err := kept()
		if err != nil {
			return storage.Info{}, err
		}
		return storage.Info{Name: name, Size: in.size}, nil
	case name == storage.Stdio:
		return storage.Info{Name: name, Size: -1}, nil
	default:
		return s.Store.Stat(ctx, name)
	}
}

// Open implements storage.Store.
func (s *stdio) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	if kept := s.kept(name); kept != nil {
		return kept.open()
	}
	if name == storage.Stdio {
		return filled(standardInput, interruptible(ctx, s.stream))
	}
	if storage.IsS3(name) {
		return s.Store.Open(ctx, name, etag)
	}
	info, err := s.Store.Stat(ctx, name)
	isPipe := err == nil && info.Size < 0
	if isPipe && !s.streamed {
		return s.keep(ctx, name).open()
	}
	in, err := s.Store.Open(ctx, name, etag)
	if isPipe && name != os.DevNull && err == nil {
		return filled(storage.Shown(name), in)
	}
	return in, err
}

// Create implements storage.Store. What is written to standard output is seen at once.
func (s *stdio) Create(ctx context.Context, name, staging string) (storage.Output, error) {
	if name != storage.Stdio {
		return s.Store.Create(ctx, name, staging)
	}
	return &stdoutOutput{w: s.stdout}, nil
}

// Publish implements storage.Store.
func (s *stdio) Publish(ctx context.Context, p storage.Pending) error {
	if p.Name != storage.Stdio {
		return s.Store.Publish(ctx, p)
	}
	return nil
}

// Discard implements storage.Store.
func (s *stdio) Discard(ctx context.Context, p storage.Pending) error {
	if p.Name != storage.Stdio {
		return s.Store.Discard(ctx, p)
	}
	return nil
}

// stdoutOutput is standard output as an object that is being written.
type stdoutOutput struct {
	w    io.Writer
	size int64
	err  error
}

// Write implements storage.Output.
func (o *stdoutOutput) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.size += int64(n)
	if err != nil {
		o.err = fmt.Errorf("write standard output: %w", err)
	}
	return n, o.err
}

// Commit implements storage.Output.
func (o *stdoutOutput) Commit() (storage.Pending, error) {
	return storage.Pending{Name: storage.Stdio, Size: o.size}, o.err
}

// UploadID implements storage.Output.
func (o *stdoutOutput) UploadID() string { return "" }

// Abort implements storage.Output. What was written cannot be taken back.
func (o *stdoutOutput) Abort() error { return nil }
