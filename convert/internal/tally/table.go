package tally

import (
	"cmp"
	"maps"
	"slices"
)

// Limits bound a table.
type Limits struct {
	Entries int // at least 2
	Bytes   int // of keys, and of what Add is told beside them
}

// Table counts rows by key, with a value for each key. It belongs to one goroutine.
type Table[V any] struct {
	limits  Limits
	entries map[string]*Entry[V]
	bytes   int
	missed  int64 // of a key that is not in the table: it has no more rows than that
	others  Others
}

// Entry is a key of a table.
type Entry[V any] struct {
	Key    string
	Value  V     // of the first row that was counted
	Rows   int64 // at least
	Missed int64 // how many more they are at most; 0 where Rows is exact

	bytes int
}

// Others are the entries that a table let go.
type Others struct {
	Groups int64 // at most: a key that came again is counted again
	Rows   int64
}

// New returns an empty table.
func New[V any](limits Limits) *Table[V] {
	return &Table[V]{limits: limits, entries: map[string]*Entry[V]{}}
}

// Add adds rows of a key. For a key that is not in the table yet value returns its value,
// and how many bytes that holds.
func (t *Table[V]) Add(key []byte, rows int64, value func() (v V, bytes int)) {
	if e := t.entries[string(key)]; e != nil {
		e.Rows += rows
		return
	}
	e := &Entry[V]{Key: string(key), Rows: rows, Missed: t.missed}
	e.Value, e.bytes = value()
	t.insert(e)
	t.shrink()
}

// insert adds an entry whose key is not in the table.
func (t *Table[V]) insert(e *Entry[V]) {
	t.entries[e.Key] = e
	t.bytes += len(e.Key) + e.bytes
}

// Merge adds what another table has counted after this one, and takes over its entries:
// the other is not to be used again.
func (t *Table[V]) Merge(o *Table[V]) {
	for _, e := range t.entries {
		if o.entries[e.Key] == nil {
			e.Missed += o.missed
		}
	}
	for _, e := range o.Largest() {
		if mine := t.entries[e.Key]; mine != nil {
			mine.Rows += e.Rows
			mine.Missed += e.Missed
			continue
		}
		e.Missed += t.missed
		t.insert(e)
	}
	t.missed += o.missed
	t.others.Groups += o.others.Groups
	t.others.Rows += o.others.Rows
	t.shrink()
}

// shrink lets the smaller half of the entries go where there is no room for all.
func (t *Table[V]) shrink() {
	for len(t.entries) > t.limits.Entries || t.bytes > t.limits.Bytes && len(t.entries) > 1 {
		all := slices.Collect(maps.Values(t.entries))
		half := lower(all, len(all)/2, func(a, b *Entry[V]) bool {
			if a, b := a.Rows+a.Missed, b.Rows+b.Missed; a != b {
				return a > b
			}
			return a.Key < b.Key
		})
		t.missed = max(t.missed, half[0].Rows+half[0].Missed)
		for _, e := range half {
			delete(t.entries, e.Key)
			t.bytes -= len(e.Key) + e.bytes
			t.others.Groups++
			t.others.Rows += e.Rows
		}
	}
}

// lower returns what comes from place n on where all are in order, the first of it first
// and the others as they come. It takes time in proportion to their number, since a map
// gives them in a random order.
func lower[E any](all []E, n int, before func(a, b E) bool) []E {
	for begin, end := 0, len(all); end-begin > 1; {
		last := end - 1
		middle := begin + (end-begin)/2
		all[middle], all[last] = all[last], all[middle]
		at := begin // where the last one belongs
		for i := begin; i < last; i++ {
			if before(all[i], all[last]) {
				all[i], all[at] = all[at], all[i]
				at++
			}
		}
		all[at], all[last] = all[last], all[at]
		switch {
		case at == n:
			return all[n:]
		case at > n:
			end = at
		default:
			begin = at + 1
		}
	}
	return all[n:]
}

// Largest returns the entries, those of the most rows first, equal ones in the order of
// their keys.
func (t *Table[V]) Largest() []*Entry[V] {
	return slices.SortedFunc(maps.Values(t.entries), func(a, b *Entry[V]) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Key, b.Key))
	})
}

// Others returns what the table let go.
func (t *Table[V]) Others() Others { return t.others }
