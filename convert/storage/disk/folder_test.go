package disk_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"batchreport/convert/storage/disk"
)

// Folders that were made for a file that then cannot be written go again.
func TestFailedWriteLeavesNoFolder(t *testing.T) {
	t.Parallel()
	var s disk.Store
	root := t.TempDir()
	out, err := s.Create(t.Context(), filepath.Join(root, "table/a=1/b=2/part"), filepath.Join(root, "state"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "kept"), 0o777); err != nil {
		t.Fatal(err)
	}
	p.Name = filepath.Join(root, "kept/a=1", string(make([]byte, 300)))
	if err := s.Publish(t.Context(), p); err == nil {
		t.Fatal("a name that cannot be is published")
	}
	if got := tree(t, filepath.Join(root, "kept")); len(got) > 0 {
		t.Errorf("left %q", got)
	}
	if _, err := os.Stat(filepath.Join(root, "kept")); err != nil {
		t.Error(err)
	}
}

// However many columns partition a table, their folders go with the last file.
func TestDeleteFromDeepPartition(t *testing.T) {
	t.Parallel()
	var s disk.Store
	root := t.TempDir()
	name := filepath.Join(root, "table/a=1/b=2/c=3/d=4/e=5/f=6/g=7/part")
	for _, n := range []string{name, filepath.Join(root, "table/_batchreport/job/commit.json")} {
		if err := s.Put(t.Context(), n, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, root), []string{"table", "table/_batchreport", "table/_batchreport/job", "table/_batchreport/job/commit.json"}; !slices.Equal(got, want) {
		t.Errorf("left %q; want %q", got, want)
	}
}
