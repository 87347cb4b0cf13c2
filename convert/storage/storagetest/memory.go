package storagetest

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"

	"batchreport/convert/storage"
)

// Memory holds objects to read, by name. A name that is missing goes to the
// store below it, if there is one, as does all that writes.
type Memory struct {
	storage.Store
	Objects map[string]string
	// Wrap, if set, is put around what is read.
	Wrap func(io.Reader) io.Reader
}

// Stat implements storage.Store.
func (s Memory) Stat(ctx context.Context, name string) (storage.Info, error) {
	if data, ok := s.Objects[name]; ok {
		return storage.Info{Name: name, Size: int64(len(data))}, nil
	}
	if s.Store != nil {
		return s.Store.Stat(ctx, name)
	}
	return storage.Info{}, &storage.Error{Op: "stat", Name: name, Err: fs.ErrNotExist}
}

// Open implements storage.Store.
func (s Memory) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	if data, ok := s.Objects[name]; ok {
		var r io.Reader = strings.NewReader(data)
		if s.Wrap != nil {
			r = s.Wrap(r)
		}
		return io.NopCloser(r), nil
	}
	if s.Store != nil {
		return s.Store.Open(ctx, name, etag)
	}
	return nil, &storage.Error{Op: "read", Name: name, Err: fs.ErrNotExist}
}

// Get implements storage.Store.
func (s Memory) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	if s.Objects[name] == "" && s.Store != nil {
		return s.Store.Get(ctx, name, limit)
	}
	r, err := s.Open(ctx, name, "")
	if err != nil {
		return nil, "", err
	}
	data, err := storage.ReadAll(r, -1, limit)
	return data, "", err
}

// List implements storage.Store.
func (s Memory) List(ctx context.Context, folder string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		found := false
		for _, name := range slices.Sorted(maps.Keys(s.Objects)) {
			if strings.HasPrefix(name, storage.Join(folder, "")) {
				found = true
				if !yield(storage.Info{Name: name, Size: int64(len(s.Objects[name]))}, nil) {
					return
				}
			}
		}
		if !found && s.Store != nil {
			s.Store.List(ctx, folder)(yield)
		}
	}
}
