package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// inside makes dir and calls f, again where dir vanished in between: somebody
// else took the last file out of it, and so the folder too.
func inside(dir string, f func() error) error {
	// The bound is for what is never there, a link to nothing for example.
	const tries = 20
	var err error
	var made []string
	for range tries {
		var now []string
		now, err = mkdir(dir)
		made = append(made, now...)
		if err == nil {
			err = f()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		rmdir(made)
	}
	return err
}

// rmdir removes folders that are empty, the last first.
func rmdir(dirs []string) {
	for _, dir := range slices.Backward(dirs) {
		_ = syscall.Rmdir(dir)
	}
}

// mkdir is os.MkdirAll that also syncs, so that a crash cannot lose a folder
// with synced files in it. It returns the folders that it made, also after an error.
func mkdir(dir string) (made []string, err error) {
	fi, err := os.Stat(dir)
	if err == nil && !fi.IsDir() {
		return nil, syscall.ENOTDIR
	}
	parent := filepath.Dir(dir)
	if !errors.Is(err, fs.ErrNotExist) || parent == dir {
		return nil, err
	}
	if made, err = mkdir(parent); err != nil {
		return made, err
	}
	switch err := os.Mkdir(dir, 0o777); {
	case err == nil:
		made = append(made, dir)
	case !errors.Is(err, fs.ErrExist):
		return made, err
	}
	return made, syncDir(parent)
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

// pruned is how many folders, one in the other, prune removes at most, beside those
// of partitions. What lies below a destination is no deeper, so that the destination
// itself, which may have been made with care, stays.
const pruned = 4

// prune removes a folder if it is empty, and then those above it that are. Not
// os.Remove, which would take a symbolic link to a folder for a file and remove it.
func prune(dir string) {
	for n := 0; n < pruned; dir = filepath.Dir(dir) {
		if syscall.Rmdir(dir) != nil {
			return
		}
		if !strings.Contains(filepath.Base(dir), "=") { // of which there may be many: column=value
			n++
		}
	}
}

// Tidying returns a function that removes a folder, and those above it, that are not
// there when Tidying is called and are empty when the function is: made by somebody
// who then had nothing to put there.
func Tidying(folder string) func() {
	var missing []string
	for dir := filepath.Clean(folder); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, dir)
	}
	slices.Reverse(missing)
	return func() { rmdir(missing) }
}

// RemoveEmpty removes the empty folders below folder, and those that only had such in
// them, of which made says, by their names below it, that they may go. At last it
// removes folder itself, if that is empty then and was not before.
func RemoveEmpty(folder string, made func(name string) bool) error {
	var dirs []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if gone(err) {
			return nil
		}
		if err != nil || !d.IsDir() {
			return err
		}
		if name, err := filepath.Rel(folder, path); err == nil && made(filepath.ToSlash(name)) {
			dirs = append(dirs, path)
		}
		return nil
	})
	removed := false
	for _, dir := range slices.Backward(dirs) {
		removed = syscall.Rmdir(dir) == nil || removed
	}
	if removed {
		_ = syscall.Rmdir(folder)
	}
	return failed("tidy", folder, err)
}
