package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"batchreport/convert/storage"
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

// Folders that others make and remove meanwhile are never taken for what is in the
// way of a part.
func TestTryPublishAtOnce(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	folder := filepath.Join(root, "table", "job_id=a", "task_status=failed")
	stop := make(chan struct{})
	var others, tries sync.WaitGroup
	for range 2 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				_ = os.MkdirAll(folder, 0o777)
				_ = os.Remove(folder)
				_ = os.Remove(filepath.Dir(folder))
				_ = os.Remove(filepath.Join(root, "table"))
			}
		})
	}
	for range 2 {
		tries.Go(func() {
			for range 500 {
				p := storage.Pending{Name: filepath.Join(folder, "part"), Staged: filepath.Join(root, "pending", "part")}
				if err := (disk.Store{}).TryPublish(t.Context(), p); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	tries.Wait()
	close(stop)
	others.Wait()
}
