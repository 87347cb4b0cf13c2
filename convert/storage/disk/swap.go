package disk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"batchreport/convert/storage"
)

// Get implements storage.Store. A file's tag is the hash of its bytes. A named pipe
// or a device is an error, rather than to be waited for; what a shell makes of
// <(command) is read.
func (s Store) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	info, err := s.Stat(ctx, name)
	if err != nil {
		return nil, "", err
	}
	r, err := read(ctx, name, openFile)
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
func (Store) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	if err := context.Cause(ctx); err != nil {
		return "", failed("write", name, err)
	}
	dir := filepath.Dir(name)
	// Again from the start where the folder vanished: the lock went with it.
	err := inside(dir, func() error {
		unlock, err := lock(ctx, dir)
		if err != nil {
			return err
		}
		defer unlock()
		return swap(ctx, name, data, tag)
	})
	if err != nil {
		return "", failed("write", name, err)
	}
	return tagOf(data), nil
}

// swap is Swap in a locked folder.
func swap(ctx context.Context, name string, data []byte, tag string) error {
	have := ""
	old, err := readFile(ctx, name)
	switch {
	case err == nil:
		have = tagOf(old)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	switch have {
	case tagOf(data): // by somebody who may have been killed before he synced
		return syncDir(filepath.Dir(name))
	case tag:
		return swapIn(name, data)
	default:
		return storage.ErrConflict
	}
}

// readFile is os.ReadFile that does not wait for a pipe.
func readFile(ctx context.Context, name string) ([]byte, error) {
	f, err := openFile(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// swapIn writes a file whole by way of one whose name is always the same, so
// that the next Swap takes away what a killed one leaves. The file is made anew,
// since the one left may belong to another user.
func swapIn(name string, data []byte) error {
	next := name + staged
	if err := unlink(next); err != nil {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	return replace(f, name, data)
}
