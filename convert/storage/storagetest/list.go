package storagetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"batchreport/convert/storage"
)

func testList(t *testing.T, f *folder) {
	// In byte order, which is not the order of a walk: '-' and '.' are less
	// than '/', and capitals come before small letters.
	want := []string{
		"a-b", "a.b/x", "a/b", "a/b c+d%20&e=f.csv", "a/job_id=1/x", "a0", "B", "z/ä", "z/日本",
	}
	slices.Sort(want)
	for i, rel := range want {
		f.put(t, "logs/"+rel, make([]byte, i))
	}
	f.put(t, "logs2", nil)
	f.put(t, "logs.csv", nil)

	for _, rel := range []string{"logs", "logs/"} {
		var got []string
		for info, err := range f.List(t.Context(), f.name(rel)) {
			if err != nil {
				t.Fatal(err)
			}
			if info.Size != int64(len(got)) {
				t.Errorf("%s has size %d; want %d", info.Name, info.Size, len(got))
			}
			got = append(got, info.Name[len(f.name("logs/")):])
		}
		if !slices.Equal(got, want) {
			t.Errorf("List(%s) = %q; want %q", rel, got, want)
		}
	}
	if got, want := f.list(t, "logs/a"), []string{"logs/a/b", "logs/a/b c+d%20&e=f.csv", "logs/a/job_id=1/x"}; !slices.Equal(got, want) {
		t.Errorf("List = %q; want %q", got, want)
	}
	if got := f.list(t, "logs2"); len(got) > 0 {
		t.Errorf("List of an object = %q; want nothing", got)
	}
}

// testListStops lists more than one page of S3, 1,000 objects, and stops early.
func testListStops(t *testing.T, f *folder) {
	const objects = 1_010
	var wg sync.WaitGroup
	for part := range 10 {
		wg.Go(func() {
			for i := part; i < objects; i += 10 {
				if err := f.Put(t.Context(), f.name(fmt.Sprintf("many/%04d", i)), nil); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	got := f.list(t, "many")
	if len(got) != objects || !slices.IsSorted(got) {
		t.Errorf("List yields %d objects, sorted: %t; want %d", len(got), slices.IsSorted(got), objects)
	}
	var first storage.Info
	for info, err := range f.List(t.Context(), f.name("many")) {
		if err != nil {
			t.Fatal(err)
		}
		first = info
		break
	}
	if want := f.name("many/0000"); first.Name != want {
		t.Errorf("first object is %q; want %q", first.Name, want)
	}
}
