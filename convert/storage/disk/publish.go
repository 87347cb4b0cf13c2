package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

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
		return failed("publish", p.Name, err)
	}
	prune(filepath.Dir(p.Staged))
	return nil
}

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
