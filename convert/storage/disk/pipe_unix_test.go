//go:build unix

package disk

import (
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
