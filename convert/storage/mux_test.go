package storage_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// recorder is a store that notes which of its methods were called.
type recorder struct{ calls []string }

func (r *recorder) note(name string) { r.calls = append(r.calls, name) }

func (r *recorder) Stat(context.Context, string) (storage.Info, error) {
	r.note("stat")
	return storage.Info{}, nil
}

func (r *recorder) Open(context.Context, string, string) (io.ReadCloser, error) {
	r.note("open")
	return nil, nil
}

func (r *recorder) List(context.Context, string) iter.Seq2[storage.Info, error] {
	r.note("list")
	return func(func(storage.Info, error) bool) {}
}

func (r *recorder) Create(context.Context, string, string) (storage.Output, error) {
	r.note("create")
	return nil, nil
}

func (r *recorder) Publish(context.Context, storage.Pending) error { r.note("publish"); return nil }
func (r *recorder) Discard(context.Context, storage.Pending) error { r.note("discard"); return nil }
func (r *recorder) Check(context.Context, storage.Pending) error   { r.note("check"); return nil }
func (r *recorder) TryPublish(context.Context, storage.Pending) error {
	r.note("try")
	return nil
}
func (r *recorder) Put(context.Context, string, []byte) error { r.note("put"); return nil }
func (r *recorder) Delete(context.Context, string) error      { r.note("delete"); return nil }

func (r *recorder) Unpublished(context.Context, string, string) iter.Seq2[storage.Unpublished, error] {
	r.note("unpublished")
	return func(func(storage.Unpublished, error) bool) {}
}

func (r *recorder) Get(context.Context, string, int64) ([]byte, string, error) {
	r.note("get")
	return nil, "", nil
}

func (r *recorder) Swap(context.Context, string, []byte, string) (string, error) {
	r.note("swap")
	return "", nil
}

// all calls every method with name and returns the errors.
func all(ctx context.Context, s storage.Store, name string) []error {
	p := storage.Pending{Name: name}
	_, stat := s.Stat(ctx, name)
	_, open := s.Open(ctx, name, "")
	var list error
	for _, list = range s.List(ctx, name) {
	}
	_, create := s.Create(ctx, name, name)
	var unpublished error
	for _, unpublished = range s.Unpublished(ctx, name, name) {
	}
	_, _, get := s.Get(ctx, name, 1)
	_, swap := s.Swap(ctx, name, nil, "")
	return []error{stat, open, list, create, unpublished, get, swap, s.Publish(ctx, p), s.TryPublish(ctx, p), s.Check(ctx, p), s.Discard(ctx, p), s.Put(ctx, name, nil), s.Delete(ctx, name)}
}

func TestMux(t *testing.T) {
	t.Parallel()
	var local, remote recorder
	opened := 0
	m := storage.NewMux(&local, func() (storage.Store, error) { opened++; return &remote, nil })

	want := []string{"stat", "open", "list", "create", "unpublished", "get", "swap", "publish", "try", "check", "discard", "put", "delete"}
	all(t.Context(), m, "s3:/path")
	if !slices.Equal(local.calls, want) || opened != 0 {
		t.Errorf("disk saw %q, S3 was opened %d times; want %q, 0", local.calls, opened, want)
	}
	local.calls = nil
	all(t.Context(), m, "s3://b/k")
	if !slices.Equal(remote.calls, want) || local.calls != nil || opened != 1 {
		t.Errorf("S3 saw %q, disk %q, S3 was opened %d times; want %q, none, 1", remote.calls, local.calls, opened, want)
	}
}

func TestMuxWithoutS3(t *testing.T) {
	t.Parallel()
	cause := errors.New("no region")
	m := storage.NewMux(disk.Store{}, func() (storage.Store, error) { return nil, cause })
	for i, err := range all(t.Context(), m, "s3://b/k") {
		if !errors.Is(err, cause) {
			t.Errorf("call %d = %v; want %v", i, err, cause)
		}
	}
	if err := m.Put(t.Context(), filepath.Join(t.TempDir(), "x"), nil); err != nil {
		t.Error(err)
	}
}

func TestMuxContract(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) (storage.Store, string) {
		return storage.NewMux(disk.Store{}, nil), t.TempDir()
	})
}
