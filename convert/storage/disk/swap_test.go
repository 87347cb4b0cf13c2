package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// What a killed Swap leaves is gone after the next one.
func TestSwapAfterKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "commit.json")
	// Read-only, as if it belonged to another user, and longer than what follows.
	if err := os.WriteFile(name+".pending", []byte("half of what was to be written"), 0o400); err != nil {
		t.Fatal(err)
	}
	var s disk.Store
	if _, err := s.Swap(t.Context(), name, []byte("whole"), ""); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"commit.json"}; !slices.Equal(got, want) {
		t.Errorf("left %q; want %q", got, want)
	}
	if got, err := os.ReadFile(name); string(got) != "whole" {
		t.Errorf("wrote %q, %v; want %q", got, err, "whole")
	}
}

// A Swap that fails leaves the object and nothing else.
func TestSwapConflict(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "commit.json")
	var s disk.Store
	if err := s.Put(t.Context(), name, []byte("theirs")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Swap(t.Context(), name, []byte("ours"), ""); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("Swap = %v; want ErrConflict", err)
	}
	if got, want := tree(t, dir), []string{"commit.json"}; !slices.Equal(got, want) {
		t.Errorf("left %q; want %q", got, want)
	}
	if _, err := s.Swap(t.Context(), dir, []byte("ours"), ""); err == nil || err.Error() != "write "+dir+": is a directory" {
		t.Errorf("Swap of a folder = %v", err)
	}
}
