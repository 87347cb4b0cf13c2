package storage

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"
)

// Mux is a Store that hands each call to the backend its name belongs to, so
// that one run can read from S3 and write to the local disk.
type Mux struct {
	disk Store
	s3   func() (Store, error)
}

// NewMux returns a Mux of the two backends. openS3 is called once, at the first
// S3 address: a run on local files needs no AWS configuration. Its error is
// that of every later call too.
func NewMux(disk Store, openS3 func() (Store, error)) *Mux {
	return &Mux{disk: disk, s3: sync.OnceValues(openS3)}
}

// backend returns the store of a name. Standard input and output belong to the
// process, so whoever has them puts a store of its own around the Mux.
func (m *Mux) backend(name string) (Store, error) {
	if name == Stdio {
		return nil, &Error{Op: "open", Name: name, Err: errors.New("this store has no standard input and output")}
	}
	if IsS3(name) {
		return m.s3()
	}
	return m.disk, nil
}

// Stat implements Store.
func (m *Mux) Stat(ctx context.Context, name string) (Info, error) {
	s, err := m.backend(name)
	if err != nil {
		return Info{}, err
	}
	return s.Stat(ctx, name)
}

// Open implements Store.
func (m *Mux) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	s, err := m.backend(name)
	if err != nil {
		return nil, err
	}
	return s.Open(ctx, name, etag)
}

// List implements Store.
func (m *Mux) List(ctx context.Context, folder string) iter.Seq2[Info, error] {
	s, err := m.backend(folder)
	if err != nil {
		return func(yield func(Info, error) bool) { yield(Info{}, err) }
	}
	return s.List(ctx, folder)
}

// Create implements Store.
func (m *Mux) Create(ctx context.Context, name, staging string) (Output, error) {
	s, err := m.backend(name)
	if err != nil {
		return nil, err
	}
	return s.Create(ctx, name, staging)
}

// Publish implements Store.
func (m *Mux) Publish(ctx context.Context, p Pending) error {
	s, err := m.backend(p.Name)
	if err != nil {
		return err
	}
	return s.Publish(ctx, p)
}

// TryPublish implements Store.
func (m *Mux) TryPublish(ctx context.Context, p Pending) error {
	s, err := m.backend(p.Name)
	if err != nil {
		return err
	}
	return s.TryPublish(ctx, p)
}

// Check implements Store.
func (m *Mux) Check(ctx context.Context, p Pending) error {
	s, err := m.backend(p.Name)
	if err != nil {
		return err
	}
	return s.Check(ctx, p)
}

// Unpublished implements Store.
func (m *Mux) Unpublished(ctx context.Context, folder, staging string) iter.Seq2[Unpublished, error] {
	s, err := m.backend(folder)
	if err != nil {
		return func(yield func(Unpublished, error) bool) { yield(Unpublished{}, err) }
	}
	return s.Unpublished(ctx, folder, staging)
}

// Discard implements Store.
func (m *Mux) Discard(ctx context.Context, p Pending) error {
	s, err := m.backend(p.Name)
	if err != nil {
		return err
	}
	return s.Discard(ctx, p)
}

// Put implements Store.
func (m *Mux) Put(ctx context.Context, name string, data []byte) error {
	s, err := m.backend(name)
	if err != nil {
		return err
	}
	return s.Put(ctx, name, data)
}

// Get implements Store.
func (m *Mux) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	s, err := m.backend(name)
	if err != nil {
		return nil, "", err
	}
	return s.Get(ctx, name, limit)
}

// Swap implements Store.
func (m *Mux) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	s, err := m.backend(name)
	if err != nil {
		return "", err
	}
	return s.Swap(ctx, name, data, tag)
}

// Delete implements Store.
func (m *Mux) Delete(ctx context.Context, name string) error {
	s, err := m.backend(name)
	if err != nil {
		return err
	}
	return s.Delete(ctx, name)
}

// DeleteAll implements Bulk.
func (m *Mux) DeleteAll(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	s, err := m.backend(names[0])
	if err != nil {
		return err
	}
	return BulkOf(s).DeleteAll(ctx, names)
}

// Tag implements Bulk.
func (m *Mux) Tag(ctx context.Context, name string) (string, error) {
	s, err := m.backend(name)
	if err != nil {
		return "", err
	}
	return BulkOf(s).Tag(ctx, name)
}

// Peek implements Bulk.
func (m *Mux) Peek(ctx context.Context, name string, most int64) ([]byte, error) {
	s, err := m.backend(name)
	if err != nil {
		return nil, err
	}
	return BulkOf(s).Peek(ctx, name, most)
}

// Links implements Linker.
func (m *Mux) Links(ctx context.Context, folder string) iter.Seq2[Link, error] {
	s, err := m.backend(folder)
	if err != nil {
		return func(yield func(Link, error) bool) { yield(Link{}, err) }
	}
	return Links(ctx, s, folder)
}

// ListShallow implements Bulk.
func (m *Mux) ListShallow(ctx context.Context, folder string, depth int) iter.Seq2[Info, error] {
	s, err := m.backend(folder)
	if err != nil {
		return func(yield func(Info, error) bool) { yield(Info{}, err) }
	}
	return BulkOf(s).ListShallow(ctx, folder, depth)
}
