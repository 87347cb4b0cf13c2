package storage

import (
	"context"
	"math"
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
