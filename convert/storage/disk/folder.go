package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// inside makes dir and calls f, again where dir vanished in between: somebody
// else took the last file out of it, and so the folder too.
func inside(dir string, f func() error) error {
	// The bound is for what is never there, a link to nothing for example.
	const tries = 20
	var err error
	for range tries {
		err = mkdir(dir)
		if err == nil {
			err = f()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return err
}

// mkdir is os.MkdirAll that also syncs, so that a crash cannot lose a folder
// with synced files in it.
func mkdir(dir string) error {
	fi, err := os.Stat(dir)
	if err == nil && !fi.IsDir() {
		return syscall.ENOTDIR
	}
	parent := filepath.Dir(dir)
	if !errors.Is(err, fs.ErrNotExist) || parent == dir {
		return err
	}
	if err := mkdir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // has no such call
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil // some network file systems cannot
	}
	return err
}

// pruned is how many folders, one in the other, prune removes at most. What lies
// below a destination is no deeper, so that the destination itself, which may
// have been made with care, stays.
const pruned = 4

// prune removes a folder if it is empty, and then those above it that are. Not
// os.Remove, which would take a symbolic link to a folder for a file and remove it.
func prune(dir string) {
	for range pruned {
		if syscall.Rmdir(dir) != nil {
			return
		}
		dir = filepath.Dir(dir)
	}
}
