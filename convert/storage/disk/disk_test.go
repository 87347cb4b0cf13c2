package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) (storage.Store, string) {
		return disk.Store{}, t.TempDir()
	})
}

// tree returns all files and folders under root.
func tree(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if path != root {
			names = append(names, path[len(root)+1:])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFolders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		end  func(s disk.Store, out storage.Output) error
		want []string
	}{
		{"abort", func(_ disk.Store, out storage.Output) error { return out.Abort() }, nil},
		{"discard", func(s disk.Store, out storage.Output) error {
			p, err := out.Commit()
			return errors.Join(err, s.Discard(t.Context(), p))
		}, nil},
		{"publish", func(s disk.Store, out storage.Output) error {
			p, err := out.Commit()
			return errors.Join(err, s.Publish(t.Context(), p))
		}, []string{"a", "a/b", "a/b/c", "a/b/c/d", "a/b/c/d/part.parquet"}},
		{"delete", func(s disk.Store, out storage.Output) error {
			p, err := out.Commit()
			return errors.Join(err, s.Publish(t.Context(), p), s.Delete(t.Context(), p.Name))
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var s disk.Store
			root := t.TempDir()
			out, err := s.Create(t.Context(), filepath.Join(root, "a/b/c/d/part.parquet"), filepath.Join(root, "state/job/pending/run"))
			if err != nil {
				t.Fatal(err)
			}
			if got := tree(t, root); len(got) != 5 || !strings.HasSuffix(got[4], ".pending") {
				t.Errorf("staged as %q; want a name in pending that ends in .pending", got)
			}
			if err := tt.end(s, out); err != nil {
				t.Fatal(err)
			}
			if got := tree(t, root); !slices.Equal(got, tt.want) {
				t.Errorf("left %q; want %q", got, tt.want)
			}
		})
	}
}

func TestListLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for link, target := range map[string]string{
		"file":     "real/object",
		"folder":   "real",
		"loop":     ".",
		"nowhere":  "missing",
		"circular": "circular",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	var s disk.Store
	if err := s.Put(t.Context(), filepath.Join(dir, "real/object"), []byte("1234")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		folder string
		want   []string
	}{
		{dir, []string{dir + "/file", dir + "/real/object"}},
		{dir + "/folder", []string{dir + "/folder/object"}},
		{dir + "/nowhere", nil},
		{dir + "/file", nil},
	}
	for _, tt := range tests {
		var got []string
		for info, err := range s.List(t.Context(), tt.folder) {
			if err != nil {
				t.Fatal(err)
			}
			if info.Size != 4 {
				t.Errorf("%s has size %d; want 4", info.Name, info.Size)
			}
			got = append(got, info.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("List(%s) = %q; want %q", tt.folder, got, tt.want)
		}
	}
}

// A link to a folder is the user's: emptying the folder leaves it alone.
func TestDeleteKeepsLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o777); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	var s disk.Store
	name := filepath.Join(link, "object")
	if err := errors.Join(s.Put(t.Context(), name, nil), s.Delete(t.Context(), name)); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"link", "real"}; !slices.Equal(got, want) {
		t.Errorf("left %q; want %q", got, want)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	var s disk.Store
	if err := s.Put(t.Context(), file, []byte("data")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		call func() error
		want string
	}{
		{"put below a file", func() error { return s.Put(t.Context(), file+"/x", nil) }, "write " + file + "/x: not a directory"},
		{"put onto a folder", func() error { return s.Put(t.Context(), dir, nil) }, "write " + dir + ": file exists"},
		{"stage below a file", func() error { _, err := s.Create(t.Context(), dir+"/x", file); return err }, "write " + dir + "/x: not a directory"},
		{"stage on S3", func() error { _, err := s.Create(t.Context(), dir+"/x", "s3://b/p"); return err }, "write " + dir + "/x: a local file cannot be staged at s3://b/p"},
		{"open a folder", func() error { _, err := s.Open(t.Context(), dir, ""); return err }, "read " + dir + ": is a folder"},
		{"stat below a file", func() error { _, err := s.Stat(t.Context(), file+"/x"); return err }, "stat " + file + "/x: no such file or directory"},
		{"delete a folder", func() error { return s.Delete(t.Context(), dir) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := tt.call(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("error is %q; want %q", got, tt.want)
			}
		})
	}
	if got, want := tree(t, dir), []string{"file"}; !slices.Equal(got, want) {
		t.Errorf("left %q; want %q", got, want)
	}
}
