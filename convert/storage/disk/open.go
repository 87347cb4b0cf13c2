package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// open opens whatever is there to be read. To open a named pipe waits until
// somebody writes to it, but not longer than ctx.
func open(ctx context.Context, name string) (*os.File, error) {
	fi, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if fi.Mode().Type() != fs.ModeNamedPipe {
		return os.Open(name)
	}
	type opened struct {
		f   *os.File
		err error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		return o.f, o.err
	case <-ctx.Done():
	}
	wake(name)
	select {
	case o := <-done:
		if o.err == nil {
			o.f.Close()
		}
	case <-time.After(time.Second): // the pipe of that name is another one now
	}
	return nil, context.Cause(ctx)
}

// kindError is the cause where a file is needed and something else is there.
type kindError string

func (e kindError) Error() string { return "is " + string(e) + ", not a file" }

// kindOf names what is there in place of a file.
func kindOf(mode fs.FileMode) kindError {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}

// openFile opens a file whose whole content is wanted. A pipe that has a name, or a
// device, is none, for nobody knows whether anything comes out of it, and when.
func openFile(_ context.Context, name string) (*os.File, error) {
	fi, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !fi.Mode().IsRegular() && !fi.IsDir() && !isDescriptor(name):
		return nil, kindOf(fi.Mode())
	}
	// It may be another one by now: without O_NONBLOCK a pipe would be waited for.
	return os.OpenFile(name, os.O_RDONLY|nonblock, 0)
}

// isDescriptor reports whether a name is that of a file which this process has
// open, as those have that a shell makes of <(command).
func isDescriptor(name string) bool {
	name = filepath.ToSlash(filepath.Clean(name))
	return name == "/dev/stdin" || strings.HasPrefix(name, "/dev/fd/") || strings.HasPrefix(name, "/proc/self/fd/")
}

// interrupt ends reads of f, where the system can, when ctx ends.
func interrupt(ctx context.Context, f *os.File) (stop func() bool) {
	return context.AfterFunc(ctx, func() {
		_ = f.SetReadDeadline(time.Unix(1, 0)) // of a file, which is never waited for, it fails
	})
}

// isEnded reports whether err is what a read ends with that interrupt has ended.
func isEnded(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
