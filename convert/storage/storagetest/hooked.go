package storagetest

import (
	"context"
	"io"
	"iter"
	"strings"
	"sync"

	"batchreport/convert/storage"
)

// Hooked calls before ahead of every call on what it wraps, one at a time:
// stat, open, read, list, create, write, commit, publish, check, discard, unpublished,
// put, get, swap or delete, with the object's name. Where before returns an error, that is the call's.
type Hooked struct {
	storage.Store
	mu     sync.Mutex
	Before func(op, name string) error
}

func (s *Hooked) call(op, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Before(op, name)
}

// Stat implements storage.Store.
func (s *Hooked) Stat(ctx context.Context, name string) (storage.Info, error) {
	if err := s.call("stat", name); err != nil {
		return storage.Info{}, err
	}
	return s.Store.Stat(ctx, name)
}

// Open implements storage.Store.
func (s *Hooked) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	if err := s.call("open", name); err != nil {
		return nil, err
	}
	r, err := s.Store.Open(ctx, name, etag)
	return &hookedReader{r, s, name}, err
}

type hookedReader struct {
	io.ReadCloser
	store *Hooked
	name  string
}

// Read implements io.Reader.
func (r *hookedReader) Read(p []byte) (int, error) {
	if err := r.store.call("read", r.name); err != nil {
		return 0, err
	}
	return r.ReadCloser.Read(p)
}

// List implements storage.Store.
func (s *Hooked) List(ctx context.Context, folder string) iter.Seq2[storage.Info, error] {
	if err := s.call("list", folder); err != nil {
		return func(yield func(storage.Info, error) bool) { yield(storage.Info{}, err) }
	}
	return s.Store.List(ctx, folder)
}

// Create implements storage.Store.
func (s *Hooked) Create(ctx context.Context, name, staging string) (storage.Output, error) {
	if err := s.call("create", name); err != nil {
		return nil, err
	}
	out, err := s.Store.Create(ctx, name, staging)
	if err != nil {
		return nil, err
	}
	return &hookedOutput{Output: out, store: s, name: name}, nil
}

// hookedOutput remembers the first error of Write, as storage.Output wants it.
type hookedOutput struct {
	storage.Output
	store *Hooked
	name  string
	err   error
}

// Write implements storage.Output.
func (o *hookedOutput) Write(p []byte) (int, error) {
	if o.err == nil {
		o.err = o.store.call("write", o.name)
	}
	if o.err != nil {
		return 0, o.err
	}
	return o.Output.Write(p)
}

// Commit implements storage.Output.
func (o *hookedOutput) Commit() (storage.Pending, error) {
	if o.err == nil {
		o.err = o.store.call("commit", o.name)
	}
	if o.err != nil {
		return storage.Pending{}, o.err
	}
	return o.Output.Commit()
}

// Publish implements storage.Store.
func (s *Hooked) Publish(ctx context.Context, p storage.Pending) error {
	if err := s.call("publish", p.Name); err != nil {
		return err
	}
	return s.Store.Publish(ctx, p)
}

// Check implements storage.Store.
func (s *Hooked) Check(ctx context.Context, p storage.Pending) error {
	if err := s.call("check", p.Name); err != nil {
		return err
	}
	return s.Store.Check(ctx, p)
}

// Discard implements storage.Store.
func (s *Hooked) Discard(ctx context.Context, p storage.Pending) error {
	if err := s.call("discard", p.Name); err != nil {
		return err
	}
	return s.Store.Discard(ctx, p)
}

// Unpublished implements storage.Store.
func (s *Hooked) Unpublished(ctx context.Context, folder, staging string) iter.Seq2[storage.Unpublished, error] {
	if err := s.call("unpublished", folder); err != nil {
		return func(yield func(storage.Unpublished, error) bool) { yield(storage.Unpublished{}, err) }
	}
	return s.Store.Unpublished(ctx, folder, staging)
}

// Get implements storage.Store.
func (s *Hooked) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	if err := s.call("get", name); err != nil {
		return nil, "", err
	}
	return s.Store.Get(ctx, name, limit)
}

// Swap implements storage.Store.
func (s *Hooked) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	if strings.HasSuffix(name, "/run.json") { // tries whether conditions are honoured
		return s.Store.Swap(ctx, name, data, tag)
	}
	if err := s.call("swap", name); err != nil {
		return "", err
	}
	return s.Store.Swap(ctx, name, data, tag)
}

// Put implements storage.Store.
func (s *Hooked) Put(ctx context.Context, name string, data []byte) error {
	if err := s.call("put", name); err != nil {
		return err
	}
	return s.Store.Put(ctx, name, data)
}

// Delete implements storage.Store.
func (s *Hooked) Delete(ctx context.Context, name string) error {
	if err := s.call("delete", name); err != nil {
		return err
	}
	return s.Store.Delete(ctx, name)
}

// FailNth returns a hook that fails the n-th call of op, from 1.
func FailNth(op string, n int, err error) func(op, name string) error {
	return func(called, _ string) error {
		if called == op {
			n--
			if n == 0 {
				return err
			}
		}
		return nil
	}
}
