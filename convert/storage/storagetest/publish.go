package storagetest

import (
	"testing"

	"batchreport/convert/storage"
)

func testPublishAgain(t *testing.T, f *folder) {
	p := f.write(t, "part", []byte("data"))
	for range 2 {
		if err := f.Publish(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	f.want(t, "part", []byte("data"))
	for _, other := range []string{"DATA", "longer"} {
		f.put(t, "part", []byte(other))
		missing(t, "Publish of what was replaced", p.Name, f.Publish(t.Context(), p))
		f.want(t, "part", []byte(other))
	}
	// Whoever wrote the bytes, it is they that count.
	f.put(t, "part", []byte("data"))
	if err := f.Publish(t.Context(), p); err != nil {
		t.Error(err)
	}
	if err := f.Delete(t.Context(), p.Name); err != nil {
		t.Fatal(err)
	}
	missing(t, "Publish of what was deleted", p.Name, f.Publish(t.Context(), p))
	f.empty(t)
}

func testCheck(t *testing.T, f *folder) {
	for _, end := range []struct {
		name string
		do   func(storage.Pending) error
	}{
		{"publish", func(p storage.Pending) error { return f.Publish(t.Context(), p) }},
		{"discard", func(p storage.Pending) error { return f.Discard(t.Context(), p) }},
	} {
		p := f.write(t, end.name, []byte("data"))
		for range 2 {
			if err := f.Check(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		if err := end.do(p); err != nil {
			t.Fatal(err)
		}
		missing(t, "Check after "+end.name, p.Name, f.Check(t.Context(), p))
	}
}

func testUnpublished(t *testing.T, f *folder) {
	const table = "table +%20ä"
	inside := &folder{Store: f.Store, root: f.name(table), staging: f.name("staging/1")}
	beside := &folder{Store: f.Store, root: f.name(table + "_raw"), staging: f.name("staging/2")}
	// want checks what waits: the given ones, and others that are being written.
	want := func(writing int, pending ...storage.Pending) {
		t.Helper()
		found, total := 0, 0
		for u, err := range f.Unpublished(t.Context(), inside.root, inside.staging) {
			if err != nil {
				t.Fatal(err)
			}
			total++
			if u.Modified.IsZero() || u.Staged == "" && u.UploadID == "" {
				t.Errorf("Unpublished has %+v", u)
			}
			for _, p := range pending {
				if u.UploadID == p.UploadID && u.Staged == p.Staged && (u.Name == p.Name || u.Name == "") {
					found++
				}
			}
		}
		if found != len(pending) || total != writing+len(pending) {
			t.Errorf("Unpublished has %d, of these %d of the %d committed; want %d", total, found, len(pending), writing+len(pending))
		}
	}
	want(0)
	beside.write(t, "part", []byte("data"))
	want(0)
	out := inside.create(t, t.Context(), "x/part")
	defer out.Abort()
	want(1)
	one, two := inside.write(t, "x/part", []byte("data")), inside.write(t, "y+ &/ü", []byte("data"))
	want(1, one, two)
	if err := out.Abort(); err != nil {
		t.Fatal(err)
	}
	want(0, one, two)
	if err := f.Publish(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	want(0, two)
	// What was found can be discarded by whoever found it.
	for u, err := range f.Unpublished(t.Context(), inside.root, inside.staging) {
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Discard(t.Context(), u.Pending); err != nil {
			t.Fatal(err)
		}
	}
	want(0)
}
