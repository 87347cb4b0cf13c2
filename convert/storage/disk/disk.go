// Package disk keeps objects as files of the local file system. Names are paths.
//
// As on S3, a folder is there while something is in it: folders are made as
// needed, and whatever takes the last file out of a folder takes the folder too,
// up to a depth of four.
// Everything is synced before it counts: files, renames and new folders.
package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"batchreport/convert/storage"
)

// Store is the local disk. The zero value is ready to use.
type Store struct{}

var _ storage.Store = Store{}

// Stat implements storage.Store. The size of a pipe or a device is -1.
func (Store) Stat(ctx context.Context, name string) (storage.Info, error) {
	if err := context.Cause(ctx); err != nil {
		return storage.Info{}, failed("stat", name, err)
	}
	fi, err := os.Stat(name)
	if err == nil && fi.IsDir() {
		err = folderError{}
	}
	if err != nil {
		return storage.Info{}, failed("stat", name, absent(err))
	}
	info := storage.Info{Name: name, Size: fi.Size(), Modified: fi.ModTime()}
	if !fi.Mode().IsRegular() {
		info.Size = -1
	}
	return info, nil
}

// Open implements storage.Store. Pipes and devices can be read too, and a read that
// waits for one ends with ctx. A file has no ETag.
func (Store) Open(ctx context.Context, name, _ string) (io.ReadCloser, error) {
	return read(ctx, name, open)
}

// read opens a file, by the given function, to be read until ctx ends.
func read(ctx context.Context, name string, open func(context.Context, string) (*os.File, error)) (io.ReadCloser, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, failed("read", name, err)
	}
	f, err := open(ctx, name)
	if err != nil {
		return nil, failed("read", name, absent(err))
	}
	fi, err := f.Stat()
	if err == nil && fi.IsDir() {
		err = folderError{}
	}
	if err != nil {
		f.Close()
		return nil, failed("read", name, err)
	}
	r := &reader{ctx: ctx, name: name, f: f, stop: func() bool { return true }}
	if !fi.Mode().IsRegular() {
		r.stop = interrupt(ctx, f)
	}
	return r, nil
}

// reader reads a file until its context ends.
type reader struct {
	ctx  context.Context
	name string
	f    *os.File
	stop func() bool
}

func (r *reader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, failed("read", r.name, err)
	}
	n, err := r.f.Read(p)
	if cause := context.Cause(r.ctx); cause != nil && isEnded(err) {
		err = cause
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = failed("read", r.name, err)
	}
	return n, err
}

func (r *reader) Close() error {
	r.stop()
	return r.f.Close()
}

// Delete implements storage.Store.
func (Store) Delete(ctx context.Context, name string) error {
	if err := context.Cause(ctx); err != nil {
		return failed("delete", name, err)
	}
	err := unlink(name)
	if err == nil {
		// Also where the file was gone: who removed it may have been killed
		// before it synced. A crash must not bring back what no record lists.
		err = syncDir(filepath.Dir(name))
	}
	if err != nil && !gone(err) {
		return failed("delete", name, err)
	}
	prune(filepath.Dir(name))
	return nil
}

// discard removes a staged file and then its folder, if that was the last one
// in it. It does not sync: what a crash brings back is found in staging.
func discard(name string) error {
	if err := unlink(name); err != nil {
		return failed("discard", name, err)
	}
	prune(filepath.Dir(name))
	return nil
}

// unlink removes a file. A missing one, or a folder of that name, is no error.
func unlink(name string) error {
	fi, err := os.Lstat(name)
	if err == nil && !fi.IsDir() {
		err = os.Remove(name)
	}
	if gone(err) {
		return nil
	}
	return err
}

// folderError is the cause where an object is asked for and a folder is there.
// It counts as missing, as on S3, where there are no folders.
type folderError struct{}

func (folderError) Error() string { return storage.ErrFolder.Error() }

func (folderError) Is(target error) bool {
	return target == fs.ErrNotExist || target == storage.ErrFolder
}

// absent makes a file where a folder should be what it means to who reads: the
// object is missing.
func absent(err error) error {
	if errors.Is(err, syscall.ENOTDIR) {
		return syscall.ENOENT
	}
	return err
}

// failed returns err as a *storage.Error, nil for nil: one line that names the
// object once.
func failed(op, name string, err error) error {
	if err == nil {
		return nil
	}
	hint := ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "free some space, or choose another folder"
	case errors.Is(err, syscall.EROFS):
		hint = "the file system is read-only: choose another folder"
	case errors.Is(err, fs.ErrPermission):
		hint = "check the permissions of the file and of its folders"
	case errors.Is(err, syscall.EXDEV):
		hint = "staged files must be on the same file system as the destination"
	case errors.Is(err, errLocked):
		hint = "another run seems to be stopped: let it go on, or end it, and run the same command again"
	case errors.Is(err, syscall.ENOLCK), errors.Is(err, errors.ErrUnsupported):
		hint = "the file system cannot do this: choose a folder on another one"
	case errors.As(err, new(kindError)):
		hint = "a file is needed there: of a pipe nobody knows whether anything comes out of it"
	case errors.Is(err, syscall.EMFILE):
		hint = "raise the limit of open files (ulimit -n)"
	}
	// The os package's wrappers repeat the operation and the path.
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		err = pe.Err
	case errors.As(err, &le):
		err = le.Err
	}
	return &storage.Error{Op: op, Name: name, Hint: hint, Err: err}
}
