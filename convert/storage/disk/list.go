package disk

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"syscall"

	"batchreport/convert/storage"
)

// List implements storage.Store. Only regular files are objects. A symbolic
// link to a file is that file; one to a folder is not entered, so that a loop
// cannot trap the walk, unless it is the folder listed.
func (Store) List(ctx context.Context, folder string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) { walk(ctx, folder, yield) }
}

// walk yields the files under dir and reports whether to go on. It reads one
// folder at a time: memory is bounded by the largest folders on a path.
func walk(ctx context.Context, dir string, yield func(storage.Info, error) bool) bool {
	fail := func(name string, err error) bool {
		yield(storage.Info{}, failed("list", name, err))
		return false
	}
	if err := context.Cause(ctx); err != nil {
		return fail(dir, err)
	}
	entries, err := os.ReadDir(dir)
	if gone(err) {
		return true
	}
	if err != nil {
		return fail(dir, err)
	}
	// os.ReadDir sorts by name, but in byte order of whole names a.b stands
	// before a/x: a folder sorts with the slash that follows it.
	key := func(e fs.DirEntry) string {
		if e.IsDir() {
			return e.Name() + "/"
		}
		return e.Name()
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(key(a), key(b)) })
	for _, e := range entries {
		name := storage.Join(dir, e.Name())
		if e.IsDir() {
			if !walk(ctx, name, yield) {
				return false
			}
			continue
		}
		fi, err := os.Stat(name)
		switch {
		case gone(err), errors.Is(err, syscall.ELOOP):
			continue // removed meanwhile, or a link to nothing
		case err != nil:
			return fail(name, err)
		case !fi.Mode().IsRegular():
			continue
		}
		if !yield(storage.Info{Name: name, Size: fi.Size(), Modified: fi.ModTime()}, nil) {
			return false
		}
	}
	return true
}

// gone reports whether err says that there is no such file, or that what would
// be its folder is a file.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
