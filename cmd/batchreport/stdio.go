package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"batchreport/convert/storage"
)

// stdio is a store that also has standard input and output, both by the name
// storage.Stdio. Standard input is read once: either it is kept in a temporary
// file, so that it can be hashed before it is converted, or it is a stream
// whose size is not known.
type stdio struct {
	storage.Store
	stdout io.Writer

	stream io.Reader
	spool  func() (*spooled, error) // nil for a stream
}

// spooled is standard input, kept in a file.
type spooled struct {
	file *os.File
	size int64
}

// newStdio returns store with standard input and output. A read that waits for input
// ends when ctx is cancelled.
func newStdio(ctx context.Context, store storage.Store, stdin io.Reader, stdout io.Writer, streamed bool) *stdio {
	s := &stdio{Store: store, stdout: stdout, stream: stdin}
	if !streamed {
		s.spool = sync.OnceValues(func() (*spooled, error) { return spoolFile(ctx, stdin) })
	}
	return s
}

// spoolFile copies stdin to a temporary file whose name is removed at once, so that
// the file is gone however the process ends.
func spoolFile(ctx context.Context, stdin io.Reader) (*spooled, error) {
	file, err := os.CreateTemp("", "batchreport-")
	if err != nil {
		return nil, fmt.Errorf("keep standard input: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, fmt.Errorf("keep standard input: %w", errors.Join(err, file.Close()))
	}
	in := interruptible(ctx, stdin)
	defer in.Close()
	size, err := io.Copy(file, in)
	if err != nil {
		return nil, fmt.Errorf("keep standard input: %w", errors.Join(err, file.Close()))
	}
	return &spooled{file, size}, nil
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

// Stat implements storage.Store. The size of a stream is -1.
func (s *stdio) Stat(ctx context.Context, name string) (storage.Info, error) {
	if name != storage.Stdio {
		return s.Store.Stat(ctx, name)
	}
	if s.spool == nil {
		return storage.Info{Name: name, Size: -1}, nil
	}
	in, err := s.spool()
	if err != nil {
		return storage.Info{}, err
	}
	return storage.Info{Name: name, Size: in.size}, nil
}

// Open implements storage.Store.
func (s *stdio) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	if name != storage.Stdio {
		return s.Store.Open(ctx, name, etag)
	}
	if s.spool == nil {
		return interruptible(ctx, s.stream), nil
	}
	in, err := s.spool()
	if err != nil {
		return nil, err
	}
	return io.NopCloser(io.NewSectionReader(in.file, 0, in.size)), nil
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
