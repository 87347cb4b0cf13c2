package disk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"syscall"

	"batchreport/convert/storage"
)

// Publish implements storage.Store. What is gone from staging has been published
// if the file of that name has its bytes.
func (Store) Publish(ctx context.Context, p storage.Pending) error {
	if err := context.Cause(ctx); err != nil {
		return failed("publish", p.Name, err)
	}
	// First, so that no folder is made for a file that is gone.
	_, err := os.Lstat(p.Staged)
	if err == nil {
		err = rename(p.Staged, p.Name)
	}
	if errors.Is(err, fs.ErrNotExist) && published(ctx, p) {
		// Who renamed it may have been killed before it synced.
		err = syncDir(filepath.Dir(p.Name))
	}
	if err != nil {
		return unpublishable(p.Name, err)
	}
	prune(filepath.Dir(p.Staged))
	return nil
}

// TryPublish implements storage.Store. It moves an empty folder, which nobody takes for
// data, from staging to where the file is to be, or to the folder that is to hold that.
func (Store) TryPublish(ctx context.Context, p storage.Pending) error {
	if err := context.Cause(ctx); err != nil {
		return failed("publish", p.Name, err)
	}
	if fi, err := os.Lstat(p.Name); err == nil && fi.IsDir() {
		return unpublishable(p.Name, syscall.EISDIR)
	}
	to, err := nearest(filepath.Dir(p.Name))
	if err != nil {
		return unpublishable(p.Name, err)
	}
	from := filepath.Join(filepath.Dir(p.Staged), rand.Text()+tryEnding)
	to = filepath.Join(to, tryFolder)
	err = inside(filepath.Dir(from), func() error { return os.Mkdir(from, 0o777) })
	if err != nil {
		return failed("publish", p.Name, err)
	}
	err = os.Rename(from, to)
	_ = syscall.Rmdir(from)
	_ = syscall.Rmdir(to)
	prune(filepath.Dir(from))
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil // or somebody else tries too, or tidies
	}
	return unpublishable(p.Name, err)
}

// nearest returns dir, or the nearest folder above it that is there. The error is
// ENOTDIR where a file, or a link to nothing, stands in the way.
func nearest(dir string) (string, error) {
	for {
		// The link itself first: what is missing then may be there a moment later, made by
		// somebody who publishes too, and is no link for that.
		link, lerr := os.Lstat(dir)
		fi, err := os.Stat(dir)
		switch {
		case err == nil && fi.IsDir():
			return dir, nil
		case err == nil, lerr == nil && link.Mode()&fs.ModeSymlink != 0 && errors.Is(err, fs.ErrNotExist):
			return "", syscall.ENOTDIR
		case !errors.Is(err, fs.ErrNotExist) || filepath.Dir(dir) == dir:
			return "", err
		}
		dir = filepath.Dir(dir)
	}
}

// tryFolder is the name of the folder that TryPublish moves; engines skip names that
// begin so. One that a killed process leaves is taken by the next.
const tryFolder, tryEnding = "_batchreport.try", ".try"

// unpublishable returns the error of a file that cannot be published: it is
// storage.ErrImpossible where it will not help to try again.
func unpublishable(name string, err error) error {
	never := false
	for _, errno := range []syscall.Errno{syscall.EXDEV, syscall.EISDIR, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP, syscall.EEXIST} {
		never = never || errors.Is(err, errno)
	}
	across := errors.Is(err, syscall.EXDEV)
	err = failed("publish", name, err)
	if se := (*storage.Error)(nil); never && errors.As(err, &se) {
		se.Err = &neverError{se.Err}
		if across {
			se.Hint = "a destination has to be on one file system, with all folders in it, linked ones too"
		}
	}
	return err
}

// neverError is an error that is storage.ErrImpossible.
type neverError struct{ error }

func (e *neverError) Is(target error) bool { return target == storage.ErrImpossible }

func (e *neverError) Unwrap() error { return e.error }

// published reports whether the file of that name is what p was.
func published(ctx context.Context, p storage.Pending) bool {
	r, err := read(ctx, p.Name, openFile)
	if err != nil {
		return false
	}
	defer r.Close()
	size, sum, err := storage.ReadSum(r)
	return err == nil && size == p.Size && sum == p.CRC32
}

// Check implements storage.Store.
func (Store) Check(ctx context.Context, p storage.Pending) error {
	if err := context.Cause(ctx); err != nil {
		return failed("check", p.Name, err)
	}
	fi, err := os.Lstat(p.Staged)
	if err == nil && fi.Size() != p.Size {
		err = &sizeError{fi.Size(), p.Size}
	}
	return failed("check", p.Name, err)
}

// sizeError is the cause where a staged file is not what was written. That one
// counts as missing.
type sizeError struct{ have, want int64 }

func (e *sizeError) Error() string {
	return fmt.Sprintf("the staged file has %d bytes, not %d", e.have, e.want)
}

func (e *sizeError) Is(target error) bool { return target == fs.ErrNotExist }

// Discard implements storage.Store.
func (Store) Discard(_ context.Context, p storage.Pending) error {
	return discard(p.Staged)
}

// Unpublished implements storage.Store: the files in staging that are named as Create
// and Put name them.
func (s Store) Unpublished(ctx context.Context, _, staging string) iter.Seq2[storage.Unpublished, error] {
	return func(yield func(storage.Unpublished, error) bool) {
		for info, err := range s.List(ctx, staging) {
			if err == nil && (filepath.Dir(info.Name) != filepath.Clean(staging) || !isStaged(filepath.Base(info.Name))) {
				continue
			}
			u := storage.Unpublished{Pending: storage.Pending{Size: info.Size, Staged: info.Name}, Modified: info.Modified}
			if !yield(u, err) || err != nil {
				return
			}
		}
	}
}
