package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"batchreport/convert/storage"
)

func testInvisible(t *testing.T, f *folder) {
	out := f.create(t, t.Context(), "table/part")
	defer out.Abort()
	f.want(t, "table/part", nil)
	if _, err := out.Write(Bytes(1, PartSize+1)); err != nil {
		t.Fatal(err)
	}
	f.want(t, "table/part", nil)
	p, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	f.want(t, "table/part", nil)
	if got := f.list(t, "table"); len(got) > 0 {
		t.Errorf("List = %q before Publish", got)
	}
	if err := f.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got := f.list(t, ""); len(got) != 1 || got[0] != "table/part" {
		t.Errorf("List = %q after Publish", got)
	}
}

// A Pending is plain data, so it works after a trip through JSON.
func testAnotherStore(t *testing.T, f *folder) {
	text, err := json.Marshal(f.write(t, "part", []byte("data")))
	if err != nil {
		t.Fatal(err)
	}
	var p storage.Pending
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	if err := f.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	f.want(t, "part", []byte("data"))
}

func testAbort(t *testing.T, f *folder) {
	out := f.create(t, t.Context(), "part")
	if _, err := out.Write(Bytes(1, PartSize+1)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := out.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := out.Write([]byte("x")); err == nil {
		t.Error("Write after Abort succeeds")
	}
	if _, err := out.Commit(); err == nil {
		t.Error("Commit after Abort succeeds")
	}
	f.empty(t)
}

func testAbortAfterCommit(t *testing.T, f *folder) {
	out := f.create(t, t.Context(), "part")
	if _, err := out.Write([]byte("data")); err != nil {
		t.Fatal(err)
	}
	p, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Abort(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write([]byte("x")); err == nil {
		t.Error("Write after Commit succeeds")
	}
	if _, err := out.Commit(); err == nil {
		t.Error("second Commit succeeds")
	}
	if err := f.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	f.want(t, "part", []byte("data"))
}

func testDiscard(t *testing.T, f *folder) {
	p := f.write(t, "part", []byte("data"))
	for range 2 {
		if err := f.Discard(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	missing(t, "Publish", p.Name, f.Publish(t.Context(), p))
	f.empty(t)
}

func testCancelledWrite(t *testing.T, f *folder) {
	cause := errors.New("the reason")
	ctx, cancel := context.WithCancelCause(t.Context())
	out := f.create(t, ctx, "part")
	if _, err := out.Write(Bytes(1, PartSize+1)); err != nil {
		t.Fatal(err)
	}
	cancel(cause)
	// The first error is remembered.
	for range 2 {
		if _, err := out.Write(Bytes(1, PartSize)); !errors.Is(err, cause) {
			t.Fatalf("Write = %v; want %v", err, cause)
		}
	}
	if _, err := out.Commit(); !errors.Is(err, cause) {
		t.Fatalf("Commit = %v; want %v", err, cause)
	}
	if err := out.Abort(); err != nil {
		t.Fatal(err)
	}
	f.empty(t)
}

// empty checks that nothing is left in the folder, staged objects included.
func (f *folder) empty(t *testing.T) {
	t.Helper()
	if got := f.list(t, ""); len(got) > 0 {
		t.Errorf("left behind: %q", got)
	}
}

func testCancelled(t *testing.T, f *folder) {
	cause := errors.New("the reason")
	f.put(t, "object", []byte("data"))
	ctx, cancel := context.WithCancelCause(t.Context())
	r, err := f.Open(ctx, f.name("object"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel(cause)

	name := f.name("object")
	calls := []struct {
		name string
		call func() error
	}{
		{"Read", func() error { _, err := r.Read(make([]byte, 1)); return err }},
		{"Stat", func() error { _, err := f.Stat(ctx, name); return err }},
		{"Open", func() error { _, err := f.Open(ctx, name, ""); return err }},
		{"Create", func() error { _, err := f.Create(ctx, f.name("new"), f.staging); return err }},
		{"Publish", func() error { return f.Publish(ctx, storage.Pending{Name: f.name("new")}) }},
		{"Put", func() error { return f.Put(ctx, f.name("new"), nil) }},
		{"Check", func() error { return f.Check(ctx, storage.Pending{Name: f.name("new")}) }},
		{"Get", func() error { _, _, err := f.Get(ctx, name, 100); return err }},
		{"Swap", func() error { _, err := f.Swap(ctx, f.name("new"), nil, ""); return err }},
		{"Unpublished", func() error {
			for _, err := range f.Unpublished(ctx, f.root, f.staging) {
				return err
			}
			return nil
		}},
		{"Delete", func() error { return f.Delete(ctx, name) }},
		{"List", func() error {
			for _, err := range f.List(ctx, f.root) {
				return err
			}
			return nil
		}},
	}
	for _, c := range calls {
		if err := c.call(); !errors.Is(err, cause) {
			t.Errorf("%s = %v; want %v", c.name, err, cause)
		}
	}
	if got := f.list(t, ""); len(got) != 1 || got[0] != "object" {
		t.Errorf("List = %q; want only object", got)
	}
}
