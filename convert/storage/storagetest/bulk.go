package storagetest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"testing"

	"batchreport/convert/storage"
)

// What a store does with few requests is what it does with many.
func testBulk(t *testing.T, f *folder) {
	bulk := storage.BulkOf(f.Store)
	var names []string
	for i := range 25 {
		rel := fmt.Sprintf("many/k=%d/a b&<%d>+é.json", i%3, i)
		f.put(t, rel, []byte{byte(i)})
		names = append(names, f.name(rel))
	}
	f.put(t, "many/kept.json", []byte("kept"))
	names = slices.Insert(names, 7, f.name("many/missing.json"), f.name("no/folder/missing.json"))
	for range 2 { // the second time all are missing
		if err := bulk.DeleteAll(t.Context(), names); err != nil {
			t.Fatal(err)
		}
		if got := f.list(t, "many"); !slices.Equal(got, []string{"many/kept.json"}) {
			t.Errorf("left %q", got)
		}
	}
	if err := bulk.DeleteAll(t.Context(), nil); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"", "kept", "changed"} {
		if want != "" {
			f.put(t, "one.json", []byte(want))
		} else {
			f.put(t, "one.json", nil)
		}
		_, tag, err := f.Get(t.Context(), f.name("one.json"), 100)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := bulk.Tag(t.Context(), f.name("one.json")); got != tag || err != nil {
			t.Errorf("Tag = %q, %v; want %q", got, err, tag)
		}
		for _, most := range []int64{1, 4, 7, 100} {
			got, err := bulk.Peek(t.Context(), f.name("one.json"), most)
			if err != nil || string(got) != want[:min(int64(len(want)), most)] {
				t.Errorf("Peek of %d bytes of %q = %q, %v", most, want, got, err)
			}
		}
	}
	_, tag := bulk.Tag(t.Context(), f.name("none.json"))
	_, peek := bulk.Peek(t.Context(), f.name("none.json"), 5)
	if !errors.Is(tag, fs.ErrNotExist) || !errors.Is(peek, fs.ErrNotExist) {
		t.Errorf("of what is missing: %v, %v", tag, peek)
	}
}

// More objects wait to be published than a page of a listing has.
func testUnpublishedPages(t *testing.T, f *folder) {
	const n = 2*PageSize + 1
	for i := range n {
		f.write(t, fmt.Sprintf("waiting/k=%d/object", i), []byte("data"))
	}
	got := 0
	for _, err := range f.Unpublished(t.Context(), f.root, f.staging) {
		if err != nil {
			t.Fatal(err)
		}
		got++
	}
	if got != n {
		t.Errorf("%d wait to be published; want %d", got, n)
	}
}
