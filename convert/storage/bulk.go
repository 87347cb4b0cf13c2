package storage

import (
	"context"
	"iter"
	"math"
	"strings"
)

// Bulk is a Store that does with few requests, or few bytes, what others do with many.
type Bulk interface {
	// DeleteAll is Delete for many objects, which are all of one backend. After an error
	// some of them may be there.
	DeleteAll(ctx context.Context, names []string) error

	// Tag returns the tag of an object that Get would return.
	Tag(ctx context.Context, name string) (string, error)

	// Peek returns the first bytes of an object, so many at most.
	Peek(ctx context.Context, name string, most int64) ([]byte, error)

	// ListShallow is List without the objects that lie deeper than so many folders below
	// folder: with 0, it yields those that lie in folder itself.
	ListShallow(ctx context.Context, folder string, depth int) iter.Seq2[Info, error]
}

// BulkOf returns a store as a Bulk, which does with many requests what the store cannot do
// with few.
func BulkOf(store Store) Bulk {
	if b, ok := store.(Bulk); ok {
		return b
	}
	return oneByOne{store}
}

// oneByOne is a Bulk of any store.
type oneByOne struct{ Store }

// DeleteAll implements Bulk.
func (s oneByOne) DeleteAll(ctx context.Context, names []string) error {
	for _, name := range names {
		if err := s.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// Tag implements Bulk.
func (s oneByOne) Tag(ctx context.Context, name string) (string, error) {
	_, tag, err := s.Get(ctx, name, math.MaxInt64)
	return tag, err
}

// Peek implements Bulk.
func (s oneByOne) Peek(ctx context.Context, name string, most int64) ([]byte, error) {
	data, _, err := s.Get(ctx, name, math.MaxInt64)
	return data[:min(int64(len(data)), most)], err
}

// ListShallow implements Bulk.
func (s oneByOne) ListShallow(ctx context.Context, folder string, depth int) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for info, err := range s.List(ctx, folder) {
			if err == nil && DeepFolder(info.Name, folder, depth) != "" {
				continue
			}
			if !yield(info, err) {
				return
			}
		}
	}
}

// DeepFolder returns the folder, with a slash at its end, that makes an object lie deeper
// than so many folders below folder; empty if it does not lie deeper, or not in folder.
func DeepFolder(name, folder string, depth int) string {
	root := Join(folder, "")
	if !strings.HasPrefix(name, root) {
		return ""
	}
	end := len(root)
	for range depth + 1 {
		slash := strings.IndexByte(name[end:], '/')
		if slash < 0 {
			return ""
		}
		end += slash + 1
	}
	return name[:end]
}
