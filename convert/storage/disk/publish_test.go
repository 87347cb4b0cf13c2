package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"batchreport/convert/storage/disk"
)

// A staged file that is not whole cannot be published.
func TestCheckSize(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "part")
	var s disk.Store
	out, err := s.Create(t.Context(), name, filepath.Join(dir, "pending"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write([]byte("data")); err != nil {
		t.Fatal(err)
	}
	p, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(p.Staged, 3); err != nil {
		t.Fatal(err)
	}
	err = s.Check(t.Context(), p)
	if want := "check " + name + ": the staged file has 3 bytes, not 4"; !errors.Is(err, fs.ErrNotExist) || err.Error() != want {
		t.Errorf("Check = %v; want %s", err, want)
	}
}
