package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// otherDevice returns an empty folder on another file system than dir's.
func otherDevice(t *testing.T, dir string) string {
	t.Helper()
	for _, folder := range []string{"/dev/shm", "/tmp", "/var/tmp"} {
		other, err := os.MkdirTemp(folder, "batchreport-test-")
		if err != nil {
			continue
		}
		t.Cleanup(func() { os.RemoveAll(other) })
		var a, b syscall.Stat_t
		if err := errors.Join(syscall.Stat(dir, &a), syscall.Stat(other, &b)); err == nil && a.Dev != b.Dev {
			return other
		}
	}
	t.Skip("there is no other file system") // neither of the usual places is on another device
	return ""
}

// What can never be published is not claimed, whichever folder is elsewhere, or is
// none, and whatever was there before.
func TestPlacesThatCannotBe(t *testing.T) {
	t.Parallel()
	job := "job_id=" + reporttest.JobA
	link := func(name string) func(t *testing.T, tb testTable) {
		return func(t *testing.T, tb testTable) {
			other := otherDevice(t, filepath.Dir(tb.dest))
			name := filepath.Join(tb.dest, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.RemoveAll(name), os.Symlink(other, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := func(name string) func(t *testing.T, tb testTable) {
		return func(t *testing.T, tb testTable) {
			if err := os.RemoveAll(filepath.Join(tb.dest, name)); err != nil {
				t.Fatal(err)
			}
			storagetest.WriteTree(t, tb.dest, map[string]string{name: "a file"})
		}
	}
	tests := []struct {
		name  string
		spoil func(t *testing.T, tb testTable)
	}{
		{"job's folder elsewhere", link(job)},
		{"partition elsewhere", link(job + "/task_status=failed")},
		{"state elsewhere", link(ledger.StateFolder)},
		{"rejects elsewhere", link(ledger.StateFolder + "/" + reporttest.JobA + "/rejects")},
		{"a file for a folder", file(job)},
		{"a file for a partition", file(job + "/task_status=failed")},
		{"a link to nothing", func(t *testing.T, tb testTable) {
			if err := errors.Join(os.MkdirAll(tb.dest, 0o777), os.Symlink("nothing", filepath.Join(tb.dest, job))); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			tt.spoil(t, tb)
			for range 2 {
				_, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions)
				if !errors.Is(err, storage.ErrImpossible) {
					t.Fatalf("error is %v", err)
				}
				record, err := readRecord(t, disk.Store{}, tb.dest)
				if record != nil || err != nil {
					t.Errorf("record is %+v, %v", record, err)
				}
				err = filepath.WalkDir(tb.dest, func(name string, _ fs.DirEntry, err error) error {
					if strings.Contains(name, "part-") || strings.Contains(name, "try") {
						t.Errorf("%s is visible", name)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
			if l, err := Clean(t.Context(), disk.Store{}, tb.dest, time.Now().Add(time.Hour), Change{}); err != nil || tt.name != "state elsewhere" && len(l) != 1 {
				t.Errorf("Clean = %+v, %v", l, err)
			}
			// Elsewhere it is no trouble.
			o := tableOptions
			o.PartitionBy = []schema.Column{}
			if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil && !strings.Contains(tt.name, "elsewhere") {
				t.Error(err)
			}
		})
	}
}

// A claim of a program that did not try, of which a folder is elsewhere: whoever comes
// gets out of it.
func TestClaimThatCannotBe(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for _, replacing := range []bool{false, true} {
		for _, out := range []string{"same", "other", "clean", "abort", "clean, dry run"} {
			t.Run(fmt.Sprint(replacing, out), func(t *testing.T) {
				t.Parallel()
				tb := newTable(t)
				old := tb.before(t, replacing)
				p := tb.plan(t, tableOptions)
				n := 0
				store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
					if op == "publish" {
						if n++; n > 2 {
							return stop
						}
					}
					return nil
				}}
				if _, err := tb.convert(t.Context(), t, store, tableOptions); !errors.Is(err, stop) {
					t.Fatal(err)
				}
				// Its folder moves to another file system.
				folder := filepath.Join(tb.dest, "job_id="+reporttest.JobA)
				other := filepath.Join(otherDevice(t, tb.dest), "moved")
				if err := errors.Join(os.MkdirAll(folder, 0o777), os.CopyFS(other, os.DirFS(folder)), os.RemoveAll(folder), os.Symlink(other, folder)); err != nil {
					t.Fatal(err)
				}
				soon := time.Now().Add(time.Hour)
				var err error
				switch out {
				case "same":
					if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); !errors.Is(err, storage.ErrImpossible) {
						t.Errorf("error is %v", err)
					}
				case "other": // that need not go there, but it has nothing of its own to put elsewhere
					o := tableOptions
					o.PartitionBy = []schema.Column{schema.TaskStatus}
					if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
						t.Fatal(err)
					}
					return
				case "clean":
					_, err = Clean(t.Context(), disk.Store{}, tb.dest, soon, Change{})
				case "abort":
					_, err = Abort(t.Context(), disk.Store{}, p, Change{})
				default:
					before := storagetest.ReadTree(t, filepath.Join(tb.dest, ledger.StateFolder))
					l, err := Clean(t.Context(), disk.Store{}, tb.dest, soon, Change{DryRun: true})
					if err != nil || len(l) != 1 {
						t.Errorf("Clean = %+v, %v", l, err)
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, filepath.Join(tb.dest, ledger.StateFolder)), before)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				// As it was, where it is now.
				if err := errors.Join(os.Remove(folder), os.MkdirAll(folder, 0o777), os.CopyFS(folder, os.DirFS(other))); err != nil {
					t.Fatal(err)
				}
				storagetest.CompareTrees(t, tableOf(t, tb.dest), old)
			})
		}
	}
}
