package storagetest

import (
	"fmt"
	"slices"
	"strings"
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
			if info.Modified.IsZero() {
				t.Errorf("%s has no time", info.Name)
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

// testListPages lists several pages, the last of one object, and stops early.
func testListPages(t *testing.T, f *folder) {
	const objects = 3*PageSize + 1
	for i := range objects {
		f.put(t, fmt.Sprintf("many/%04d", i), nil)
	}
	got := f.list(t, "many")
	if len(got) != objects || !slices.IsSorted(got) {
		t.Errorf("List = %q; want %d objects in order", got, objects)
	}
	for stop := range objects {
		seen := 0
		for _, err := range f.List(t.Context(), f.name("many")) {
			if err != nil {
				t.Fatal(err)
			}
			if seen == stop {
				break
			}
			seen++
		}
	}
}

// testListShallow lists what is near the top of folders that hold more than a page below.
func testListShallow(t *testing.T, f *folder) {
	var names []string
	for _, job := range []string{"a", "b.c", "b"} {
		names = append(names, job+"/commit.json", job+"/z.json")
		for i := range 2*PageSize + 1 {
			names = append(names, fmt.Sprintf("%s/pending/x/%04d", job, i))
		}
	}
	names = append(names, "top.json", "b/rejects/x", "b/pending0")
	slices.Sort(names)
	for _, name := range names {
		f.put(t, "state/"+name, nil)
	}
	f.put(t, "state2/top.json", nil)
	for depth := range 4 {
		for _, rel := range []string{"state", "state/"} {
			var got []string
			for info, err := range storage.BulkOf(f.Store).ListShallow(t.Context(), f.name(rel), depth) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.TrimPrefix(info.Name, f.name("state/")))
			}
			want := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.Count(name, "/") > depth })
			if !slices.Equal(got, want) {
				t.Errorf("%d deep in %s: %q; want %q", depth, rel, got, want)
			}
		}
	}
	for _, err := range storage.BulkOf(f.Store).ListShallow(t.Context(), f.name("state"), 1) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	for info, err := range storage.BulkOf(f.Store).ListShallow(t.Context(), f.name("none"), 1) {
		t.Errorf("a folder without objects has %s, %v", info.Name, err)
	}
}
