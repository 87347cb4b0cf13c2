//go:build unix

package disk

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Nobody knows how much comes out of a pipe.
func TestPipe(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
	var s Store
	info, err := s.Stat(t.Context(), name)
	if err != nil || info.Size != -1 {
		t.Errorf("Stat = %+v, %v; want a size of -1", info, err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(name, []byte("rows"), 0o666) }()
	r, err := s.Open(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if data, err := io.ReadAll(r); string(data) != "rows" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// Opening a pipe, and reading it, ends with the context; what needs a file does not
// wait for a pipe at all.
func TestPipeWaits(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
	var s Store
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := s.Open(ctx, name, "")
		done <- err
	}()
	cancel(stop)
	if err := <-done; !errors.Is(err, stop) {
		t.Errorf("Open = %v; want %v", err, stop)
	}

	w, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel = context.WithCancelCause(t.Context())
	r, err := s.Open(ctx, name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		_, err := r.Read(make([]byte, 1))
		done <- err
	}()
	cancel(stop)
	if err := <-done; !errors.Is(err, stop) {
		t.Errorf("Read = %v; want %v", err, stop)
	}

	var kind kindError
	if _, _, err := s.Get(t.Context(), name, 1); !errors.As(err, &kind) {
		t.Errorf("Get = %v; want an error that says what is there", err)
	}
	if _, err := s.Swap(t.Context(), name, nil, ""); !errors.As(err, &kind) {
		t.Errorf("Swap = %v; want an error that says what is there", err)
	}
}
