package disk

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"batchreport/convert/storage"
)

// A write that fails is remembered, whatever the encoder above makes of it.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := Store{}.Create(t.Context(), filepath.Join(dir, "part"), filepath.Join(dir, "pending"))
	if err != nil {
		t.Fatal(err)
	}
	o := out.(*output)
	staged := o.f
	defer staged.Close()
	if o.f, err = os.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	_, err = out.Write([]byte("data"))
	var se *storage.Error
	if !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &se) || se.Hint == "" {
		t.Fatalf("Write = %v; want ENOSPC and a hint", err)
	}
	if want := "write " + filepath.Join(dir, "part") + ": no space left on device"; err.Error() != want {
		t.Errorf("error is %q; want %q", err, want)
	}
	o.f.Close()
	o.f = staged
	if _, err := out.Commit(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Commit = %v; want ENOSPC", err)
	}
	if err := out.Abort(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "pending")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the staging folder is still there: %v", err)
	}
}
