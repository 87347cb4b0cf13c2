package disk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"batchreport/convert/storage"
)

// Get implements storage.Store. A file's tag is the hash of its bytes.
func (s Store) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	info, err := s.Stat(ctx, name)
	if err != nil {
		return nil, "", err
	}
	r, err := s.Open(ctx, name, "")
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	data, err := storage.ReadAll(r, info.Size, limit)
	if err != nil {
		return nil, "", failed("read", name, err)
	}
	return data, tagOf(data), nil
}

func tagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Swap implements storage.Store. The folder is locked meanwhile, which ends with
// the process at the latest.
func (s Store) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	if err := context.Cause(ctx); err != nil {
		return "", failed("write", name, err)
	}
	unlock, err := lockFolder(ctx, filepath.Dir(name))
	if err != nil {
		return "", failed("write", name, err)
	}
	defer unlock()
	_, have, err := s.Get(ctx, name, math.MaxInt64-1)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	case have != tag && have != tagOf(data):
		return "", failed("write", name, storage.ErrConflict)
	case have != tagOf(data):
		if err := replace(name, data); err != nil {
			return "", failed("write", name, err)
		}
	}
	return tagOf(data), nil
}

// lockPause is how long to wait for somebody else's Swap, which takes some
// milliseconds on a disk that syncs.
const lockPause = 5 * time.Millisecond

// lockFolder makes a folder and locks it against other processes and goroutines
// until unlock is called.
func lockFolder(ctx context.Context, dir string) (unlock func(), err error) {
	err = inside(dir, func() error {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		for !tryLock(d) {
			select {
			case <-time.After(lockPause):
			case <-ctx.Done():
				return errors.Join(context.Cause(ctx), d.Close())
			}
		}
		// Who had it before may have removed the folder, and another been made.
		locked, err := d.Stat()
		if err == nil {
			var there fs.FileInfo
			if there, err = os.Stat(dir); err == nil && !os.SameFile(locked, there) {
				err = fs.ErrNotExist
			}
		}
		if err != nil {
			return errors.Join(err, d.Close())
		}
		unlock = func() { d.Close() }
		return nil
	})
	return unlock, err
}
