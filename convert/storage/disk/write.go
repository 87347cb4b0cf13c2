package disk

import (
	"context"
	"crypto/rand"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"batchreport/convert/storage"
)

// Create implements storage.Store. The staged file has a random name in staging
// that ends in .pending, so that no reader that globs for tables takes it.
func (Store) Create(ctx context.Context, name, staging string) (storage.Output, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, failed("write", name, err)
	}
	if storage.IsS3(staging) {
		return nil, failed("write", name, errors.New("a local file cannot be staged at "+staging))
	}
	f, err := stage(staging)
	if err != nil {
		return nil, failed("write", name, err)
	}
	return &output{ctx: ctx, name: name, f: f}, nil
}

// staged is how the names of staged files end.
const staged = ".pending"

// stage makes a new file in dir.
func stage(dir string) (f *os.File, err error) {
	name := filepath.Join(dir, rand.Text()+staged)
	err = inside(dir, func() error {
		f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		return err
	})
	return f, err
}

// isStaged reports whether stage can have named a file so: rand.Text returns 26
// letters and digits of base32, and may return more one day.
func isStaged(name string) bool {
	text, ok := strings.CutSuffix(name, staged)
	return ok && len(text) >= 26 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// output is a staged file.
type output struct {
	ctx  context.Context
	name string
	f    *os.File
	size int64
	sum  uint32 // CRC-32
	err  error  // the first one; of every later call too
	done bool
}

func (o *output) Write(p []byte) (int, error) {
	if o.err == nil {
		o.err = o.check()
	}
	if o.err != nil {
		return 0, o.err
	}
	n := 0
	for o.err == nil && n < len(p) {
		m, err := o.f.Write(p[n:min(n+atOnce, len(p))])
		o.sum = crc32.Update(o.sum, crc32.IEEETable, p[n:n+m])
		o.size += int64(m)
		n += m
		if err != nil {
			o.err = failed("write", o.name, err)
		}
	}
	return n, o.err
}

// atOnce is how many bytes a call writes. When one takes longer than some 20 µs,
// Go's scheduler gives its processor away, looks every 20 µs for more of the kind,
// and wants it back at the end: with half a megabyte at once a table of lines took
// 14 % more CPU and a third longer.
const atOnce = 32 << 10

// check returns why nothing can be written any more.
func (o *output) check() error {
	if o.done {
		return failed("write", o.name, fs.ErrClosed)
	}
	if err := context.Cause(o.ctx); err != nil {
		return failed("write", o.name, err)
	}
	return nil
}

func (o *output) Commit() (storage.Pending, error) {
	if o.err == nil {
		o.err = o.check()
	}
	if o.err != nil {
		return storage.Pending{}, o.err
	}
	err := errors.Join(o.f.Sync(), o.f.Close())
	if err == nil {
		err = syncDir(filepath.Dir(o.f.Name()))
	}
	if err != nil {
		o.err = failed("write", o.name, err)
		return storage.Pending{}, o.err
	}
	o.done = true
	return storage.Pending{Name: o.name, Size: o.size, CRC32: storage.FormatCRC32(o.sum), Staged: o.f.Name()}, nil
}

// UploadID implements storage.Output: staging has it all.
func (o *output) UploadID() string { return "" }

func (o *output) Abort() error {
	if o.done {
		return nil
	}
	o.done = true
	o.f.Close()
	return discard(o.f.Name())
}

// Put implements storage.Store. It goes by way of a file beside the object.
func (Store) Put(ctx context.Context, name string, data []byte) error {
	if err := context.Cause(ctx); err != nil {
		return failed("write", name, err)
	}
	f, err := stage(filepath.Dir(name))
	if err == nil {
		err = replace(f, name, data)
	}
	return failed("write", name, err)
}

// replace writes data to f, a new file, and gives it its name.
func replace(f *os.File, name string, data []byte) error {
	_, err := f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = rename(f.Name(), name)
	}
	if err != nil {
		_ = discard(f.Name())
	}
	return err
}

// rename moves a synced file to where it belongs, for good.
func rename(from, to string) error {
	dir := filepath.Dir(to)
	return inside(dir, func() error {
		if err := os.Rename(from, to); err != nil {
			return err
		}
		return syncDir(dir)
	})
}
