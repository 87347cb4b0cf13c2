package disk

import (
	"context"
	"errors"
	"io"
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
	return func(yield func(storage.Info, error) bool) { walk(ctx, folder, -1, yield) }
}

// ListShallow implements storage.Bulk. It enters no folder that is too deep.
func (Store) ListShallow(ctx context.Context, folder string, depth int) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) { walk(ctx, folder, depth, yield) }
}

// walk yields the files under dir, at most so many folders below it unless depth is
// negative, and reports whether to go on. It reads one folder at a time: memory is bounded
// by the largest folders on a path.
func walk(ctx context.Context, dir string, depth int, yield func(storage.Info, error) bool) bool {
	fail := func(name string, err error) bool {
		yield(storage.Info{}, failed("list", name, err))
		return false
	}
	if err := context.Cause(ctx); err != nil {
		return fail(dir, err)
	}
	entries, err := readFolder(dir)
	if gone(err) {
		return true
	}
	if err != nil {
		return fail(dir, err)
	}
	for _, e := range entries {
		base, isDir := strings.CutSuffix(e, "/")
		name := storage.Join(dir, base)
		if isDir {
			if depth != 0 && !walk(ctx, name, depth-1, yield) {
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

// readFolder returns what is in a folder, with a slash at the end of the names of folders,
// in byte order: a.b stands before a/x then. A folder may have a million files, so it keeps
// the names alone.
func readFolder(dir string) ([]string, error) {
	// Opening a pipe would wait for a writer.
	if fi, err := os.Stat(dir); err != nil || !fi.IsDir() {
		return nil, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var names []string
	for {
		const some = 1 << 10
		entries, err := f.ReadDir(some)
		for _, e := range entries {
			name := e.Name()
			if e.IsDir() {
				name += "/"
			}
			names = append(names, name)
		}
		if errors.Is(err, io.EOF) {
			slices.Sort(names)
			return names, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// gone reports whether err says that there is no such file, or that what would
// be its folder is a file.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
