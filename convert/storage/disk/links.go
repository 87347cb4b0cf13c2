package disk

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"batchreport/convert/storage"
)

// Links implements storage.Linker. Each folder that a link leads to is looked into
// once, so that links which lead back, or to each other, come to an end.
func (Store) Links(ctx context.Context, folder string) iter.Seq2[storage.Link, error] {
	return func(yield func(storage.Link, error) bool) {
		w := &linkWalk{seen: map[string]bool{}, yield: yield}
		w.walk(ctx, folder)
	}
}

// linkWalk is a call of Links on its way.
type linkWalk struct {
	seen  map[string]bool // the folders, by their real paths, that links have led to
	yield func(storage.Link, error) bool
}

// walk yields the links below dir and reports whether to go on.
func (w *linkWalk) walk(ctx context.Context, dir string) bool {
	if err := context.Cause(ctx); err != nil {
		return w.fail(dir, err)
	}
	entries, err := os.ReadDir(dir)
	if gone(err) {
		return true
	}
	if err != nil {
		return w.fail(dir, err)
	}
	for _, e := range entries {
		name := storage.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if !w.walk(ctx, name) {
				return false
			}
		case e.Type()&fs.ModeSymlink != 0:
			if !w.link(ctx, dir, name) {
				return false
			}
		}
	}
	return true
}

// link yields a link that lies in dir, if it leads to a folder, and those below that.
func (w *linkWalk) link(ctx context.Context, dir, name string) bool {
	fi, err := os.Stat(name)
	if gone(err) || errors.Is(err, syscall.ELOOP) || err == nil && !fi.IsDir() {
		return true
	}
	var target, holder string
	if err == nil {
		target, err = realPath(name)
	}
	if err == nil {
		holder, err = realPath(dir)
	}
	if gone(err) {
		return true // since it was looked at
	}
	if err != nil {
		return w.fail(name, err)
	}
	again := w.seen[target] || strings.HasPrefix(storage.Join(holder, ""), storage.Join(target, ""))
	if !w.yield(storage.Link{Name: name, Again: again}, nil) {
		return false
	}
	if again {
		return true
	}
	w.seen[target] = true
	return w.walk(ctx, name)
}

func (w *linkWalk) fail(name string, err error) bool {
	w.yield(storage.Link{}, failed("list", name, err))
	return false
}

// realPath returns the path of a folder without links in it.
func realPath(name string) (string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}
