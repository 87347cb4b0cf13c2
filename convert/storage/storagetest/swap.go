package storagetest

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	"batchreport/convert/storage"
)

// conflict checks that err says of name that it is not the one expected.
func conflict(t *testing.T, op, name string, err error) {
	t.Helper()
	var se *storage.Error
	if !errors.Is(err, storage.ErrConflict) || !errors.As(err, &se) || se.Name != name {
		t.Fatalf("%s = %v; want a *storage.Error that names %s and is ErrConflict", op, err, name)
	}
}

func testSwap(t *testing.T, f *folder) {
	name := f.name("a/b/intent.json")
	refused := func(tag string) {
		t.Helper()
		_, err := f.Swap(t.Context(), name, []byte("refused"), tag)
		conflict(t, "Swap", name, err)
	}
	// get checks the object and returns its tag.
	get := func(want string) string {
		t.Helper()
		data, tag, err := f.Get(t.Context(), name, 100)
		if err != nil || string(data) != want || tag == "" {
			t.Fatalf("Get = %q, %q, %v; want %q and a tag", data, tag, err, want)
		}
		return tag
	}
	swap := func(data, tag string) string {
		t.Helper()
		newTag, err := f.Swap(t.Context(), name, []byte(data), tag)
		if err != nil {
			t.Fatal(err)
		}
		return newTag
	}
	one := swap("one", "")
	refused("")
	get("one")
	two := swap("two", one)
	refused(one)
	refused("")
	if tag := get("two"); tag != two {
		t.Errorf("Get has tag %q; want %q of Swap", tag, two)
	}
	swap("three", get("two"))

	tag := get("three")
	f.put(t, "a/b/intent.json", []byte("put by somebody"))
	refused(tag)
	tag = get("put by somebody")
	if err := f.Delete(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	refused(tag)
	swap("", "")
	get("")
	if got, want := f.list(t, ""), []string{"a/b/intent.json"}; !slices.Equal(got, want) {
		t.Errorf("List = %q; want %q", got, want)
	}
}

// Of several that swap at once one wins, and its object is there.
func testSwapAtOnce(t *testing.T, f *folder) {
	const writers, rounds = 8, 5
	name, tag := f.name("lock"), ""
	for round := range rounds {
		var wg sync.WaitGroup
		var tags [writers]string
		var errs [writers]error
		for i := range writers {
			wg.Go(func() {
				tags[i], errs[i] = f.Swap(t.Context(), name, fmt.Appendf(nil, "writer %d of round %d", i, round), tag)
			})
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err != nil:
				conflict(t, "Swap", name, err)
			case winner >= 0:
				t.Fatalf("writers %d and %d both win round %d", winner, i, round)
			default:
				winner = i
			}
		}
		if winner < 0 {
			t.Fatalf("nobody wins round %d", round)
		}
		data, got, err := f.Get(t.Context(), name, 100)
		if want := fmt.Sprintf("writer %d of round %d", winner, round); err != nil || string(data) != want || got != tags[winner] {
			t.Fatalf("Get = %q, %q, %v; want %q, %q", data, got, err, want, tags[winner])
		}
		tag = got
	}
}

func testGet(t *testing.T, f *folder) {
	_, _, err := f.Get(t.Context(), f.name("nothing"), 100)
	missing(t, "Get", f.name("nothing"), err)
	for _, n := range []int{0, 1, 1000} {
		f.put(t, "object", Bytes(1, n))
		for _, limit := range []int{0, max(n-1, 0), n, n + 1} {
			data, _, err := f.Get(t.Context(), f.name("object"), int64(limit))
			switch {
			case limit < n && err == nil:
				t.Errorf("Get of %d bytes, at most %d, succeeds", n, limit)
			case limit >= n && (err != nil || len(data) != n):
				t.Errorf("Get of %d bytes, at most %d = %d bytes, %v", n, limit, len(data), err)
			}
		}
	}
}

// An ETag that was seen before is the one that is read, on stores that have some.
func testOpenETag(t *testing.T, f *folder) {
	f.put(t, "object", []byte("one"))
	name := f.name("object")
	info, err := f.Stat(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	for listed, err := range f.List(t.Context(), f.root) {
		if err != nil || listed.ETag != info.ETag {
			t.Errorf("List has ETag %q, %v; want %q of Stat", listed.ETag, err, info.ETag)
		}
	}
	r, err := f.Open(t.Context(), name, info.ETag)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if info.ETag == "" {
		return
	}
	f.put(t, "object", []byte("two"))
	_, err = f.Open(t.Context(), name, info.ETag)
	conflict(t, "Open", name, err)
}

// What is attested is so. Whether anything is, is the backend's affair.
func testAttests(t *testing.T, f *folder) {
	data := Bytes(1, 1000)
	f.put(t, "put", data)
	if err := f.Publish(t.Context(), f.write(t, "written", data)); err != nil {
		t.Fatal(err)
	}
	is, other := md5.Sum(data), md5.Sum(nil)
	for _, rel := range []string{"put", "written"} {
		r, err := f.Open(t.Context(), f.name(rel), "")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if storage.Attests(r, hex.EncodeToString(other[:])) || storage.Attests(r, "") {
			t.Errorf("%s: another MD5 is attested", rel)
		}
		before := storage.Attests(r, hex.EncodeToString(is[:]))
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Fatal(err)
		}
		if after := storage.Attests(r, hex.EncodeToString(is[:])); after != before {
			t.Errorf("%s: attested is %v, and %v at its end", rel, before, after)
		}
	}
}
