package disk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"

	"batchreport/convert/storage"
)

var _ storage.Bulk = Store{}

// DeleteAll implements storage.Bulk. It syncs each folder once.
func (Store) DeleteAll(ctx context.Context, names []string) error {
	var folders []string
	seen := map[string]bool{}
	for _, name := range names {
		if err := context.Cause(ctx); err != nil {
			return failed("delete", name, err)
		}
		if err := unlink(name); err != nil && !gone(err) {
			return failed("delete", name, err)
		}
		if dir := filepath.Dir(name); !seen[dir] {
			seen[dir] = true
			folders = append(folders, dir)
		}
	}
	for _, dir := range folders {
		if err := syncDir(dir); err != nil && !gone(err) {
			return failed("delete", dir, err)
		}
		prune(dir)
	}
	return nil
}

// Tag implements storage.Bulk.
func (Store) Tag(ctx context.Context, name string) (string, error) {
	r, err := read(ctx, name, openFile)
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", failed("read", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Peek implements storage.Bulk.
func (Store) Peek(ctx context.Context, name string, most int64) ([]byte, error) {
	r, err := read(ctx, name, openFile)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, failed("read", name, err)
	}
	return data, nil
}
