package convert

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"

	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// A disk that is full, or that nobody may write to, ends a run with one line that
// says so, and what was there before stays. Only root may mount one to try.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	o := tableOptions
	want := cleanTable(t, o)
	tb.dest = t.TempDir()
	mount := func(flags uintptr, options string) error {
		return syscall.Mount("tmpfs", tb.dest, "tmpfs", flags, options)
	}
	if err := mount(0, "size=64k"); errors.Is(err, fs.ErrPermission) {
		return
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(tb.dest, 0); err != nil {
			t.Error(err)
		}
	})
	fails := func(want error) {
		t.Helper()
		before := notPending(storagetest.ReadTree(t, tb.dest))
		_, err := tb.convert(t.Context(), t, disk.Store{}, o)
		oneLine(t, err)
		if !errors.Is(err, want) {
			t.Errorf("error is %v; want %v", err, want)
		}
		if after := notPending(storagetest.ReadTree(t, tb.dest)); len(after) != len(before) {
			t.Errorf("there is %q; want %q", after, before)
		}
	}
	fails(syscall.ENOSPC)
	if err := mount(syscall.MS_REMOUNT, "size=16m"); err != nil {
		t.Fatal(err)
	}
	if err := mount(syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	fails(syscall.EROFS)
	if err := mount(syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
}
