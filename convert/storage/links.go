package storage

import (
	"context"
	"iter"
)

// Linker is a Store that has links to folders, which List does not enter.
type Linker interface {
	// Links yields the links to folders that lie below folder, at any depth, also those
	// that only other links lead to. List yields the files below one of them, as far as
	// no further link lies in between. The first error ends the sequence.
	Links(ctx context.Context, folder string) iter.Seq2[Link, error]
}

// Link is a link to a folder.
type Link struct {
	Name string
	// Again says that it leads where an earlier one has led, or to a folder in which
	// it lies itself. Nothing is looked for below it.
	Again bool
}

// Links returns the links below a folder; none where the store has none.
func Links(ctx context.Context, store Store, folder string) iter.Seq2[Link, error] {
	if l, ok := store.(Linker); ok {
		return l.Links(ctx, folder)
	}
	return func(func(Link, error) bool) {}
}
