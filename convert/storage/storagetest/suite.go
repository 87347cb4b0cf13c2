// Package storagetest is the contract that every storage backend keeps, and
// what testing one takes: a real S3 server and a proxy that breaks connections.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"batchreport/convert/storage"
)

// PartSize is the part size in bytes that a backend with parts is tested with:
// the smallest that S3 takes. The suite writes objects around its multiples.
const PartSize = 5 << 20

// PageSize is the number of objects that a backend that lists by pages asks for
// at a time. The suite lists several pages.
const PageSize = 10

// Run tests a backend. open returns a store and the name of an empty folder of
// its own for each test.
func Run(t *testing.T, open func(t *testing.T) (store storage.Store, root string)) {
	tests := []struct {
		name string
		run  func(t *testing.T, f *folder)
	}{
		{"missing objects", testMissing},
		{"sizes", testSizes},
		{"put", testPut},
		{"replace", testReplace},
		{"list", testList},
		{"list pages", testListPages},
		{"list near the top", testListShallow},
		{"nothing visible before publish", testInvisible},
		{"publish from another store", testAnotherStore},
		{"abort", testAbort},
		{"abort after commit", testAbortAfterCommit},
		{"discard", testDiscard},
		{"publish again", testPublishAgain},
		{"check", testCheck},
		{"unpublished", testUnpublished},
		{"unpublished pages", testUnpublishedPages},
		{"open with ETag", testOpenETag},
		{"attests", testAttests},
		{"get", testGet},
		{"bulk", testBulk},
		{"swap", testSwap},
		{"swap at once", testSwapAtOnce},
		{"cancelled write", testCancelledWrite},
		{"cancelled calls", testCancelled},
		{"concurrent use", testConcurrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store, root := open(t)
			tt.run(t, &folder{Store: store, root: root, staging: storage.Join(root, "staging")})
		})
	}
}

// folder is a store and the folder that a test has for itself.
type folder struct {
	storage.Store
	root, staging string
}

func (f *folder) name(rel string) string { return storage.Join(f.root, rel) }

func (f *folder) create(t *testing.T, ctx context.Context, rel string) storage.Output {
	t.Helper()
	out, err := f.Create(ctx, f.name(rel), f.staging)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// write writes an object up to Commit, in pieces that divide no part size.
func (f *folder) write(t *testing.T, rel string, data []byte) storage.Pending {
	t.Helper()
	out := f.create(t, t.Context(), rel)
	defer out.Abort()
	for piece := range slices.Chunk(data, 1<<20+1) {
		if n, err := out.Write(piece); n != len(piece) || err != nil {
			t.Fatalf("Write = %d, %v; want %d", n, err, len(piece))
		}
	}
	p, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if sum := storage.FormatCRC32(crc32.ChecksumIEEE(data)); p.Name != f.name(rel) || p.Size != int64(len(data)) || p.CRC32 != sum {
		t.Fatalf("Commit = %+v; want name %s, size %d, CRC-32 %s", p, f.name(rel), len(data), sum)
	}
	return p
}

func (f *folder) put(t *testing.T, rel string, data []byte) {
	t.Helper()
	if err := f.Put(t.Context(), f.name(rel), data); err != nil {
		t.Fatal(err)
	}
}

// list returns the names under rel, without the folder's own.
func (f *folder) list(t *testing.T, rel string) []string {
	t.Helper()
	var names []string
	for info, err := range f.List(t.Context(), f.name(rel)) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, info.Name[len(f.name("")):])
	}
	return names
}

// want checks what Stat and Open say of an object; nil data means missing.
func (f *folder) want(t *testing.T, rel string, data []byte) {
	t.Helper()
	name := f.name(rel)
	info, err := f.Stat(t.Context(), name)
	if data == nil {
		missing(t, "Stat", name, err)
		_, err = f.Open(t.Context(), name, "")
		missing(t, "Open", name, err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if info.Name != name || info.Size != int64(len(data)) {
		t.Fatalf("Stat = %+v; want name %s, size %d", info, name, len(data))
	}
	if info.Modified.IsZero() {
		t.Errorf("%s has no time", name)
	}
	r, err := f.Open(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, data) {
		t.Fatalf("%s: %d bytes that are not the %d written", name, len(got), len(data))
	}
}

// missing checks that err says of name that it is missing.
func missing(t *testing.T, op, name string, err error) {
	t.Helper()
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s = %v; want fs.ErrNotExist", op, err)
	}
	var se *storage.Error
	if !errors.As(err, &se) || se.Name != name {
		t.Fatalf("%s = %#v; want a *storage.Error that names %s", op, err, name)
	}
}

// Bytes returns n bytes that follow from seed and that nothing compresses.
func Bytes(seed uint64, n int) []byte {
	b := make([]byte, n)
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	_, _ = rand.NewChaCha8(key).Read(b)
	return b
}

func testMissing(t *testing.T, f *folder) {
	f.want(t, "nothing", nil)
	if err := f.Delete(t.Context(), f.name("nothing")); err != nil {
		t.Error(err)
	}
	if got := f.list(t, "no/such/folder"); len(got) > 0 {
		t.Errorf("List = %q; want nothing", got)
	}
	f.put(t, "folder/object", nil)
	f.want(t, "folder", nil)
}

func testSizes(t *testing.T, f *folder) {
	for _, n := range []int{0, 1, PartSize - 1, PartSize, PartSize + 1, 2 * PartSize, 3*PartSize + 7} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			rel := fmt.Sprintf("sizes/%d.parquet", n)
			data := Bytes(uint64(n), n)
			p := f.write(t, rel, data)
			if err := f.Publish(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			f.want(t, rel, data)
		})
	}
}

func testPut(t *testing.T, f *folder) {
	for _, n := range []int{0, 1, 100_000} {
		data := Bytes(1, n)
		f.put(t, "a/b/put.json", data)
		f.want(t, "a/b/put.json", data)
	}
	if got, want := f.list(t, ""), []string{"a/b/put.json"}; !slices.Equal(got, want) {
		t.Errorf("List = %q; want %q", got, want)
	}
	if err := f.Delete(t.Context(), f.name("a/b/put.json")); err != nil {
		t.Fatal(err)
	}
	f.want(t, "a/b/put.json", nil)
}

func testReplace(t *testing.T, f *folder) {
	f.put(t, "object", []byte("old and longer"))
	p := f.write(t, "object", []byte("new"))
	f.want(t, "object", []byte("old and longer"))
	if err := f.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	f.want(t, "object", []byte("new"))
}

func testConcurrent(t *testing.T, f *folder) {
	const objects = 16
	var wg sync.WaitGroup
	for i := range objects {
		wg.Go(func() {
			// All share one staging folder, which comes and goes meanwhile.
			rel := fmt.Sprintf("folder=%d/part", i%3*100+i)
			data := Bytes(uint64(i), 10_000)
			out, err := f.Create(t.Context(), f.name(rel), f.staging)
			if err != nil {
				t.Error(err)
				return
			}
			defer out.Abort()
			if _, err := out.Write(data); err != nil {
				t.Error(err)
				return
			}
			p, err := out.Commit()
			if err == nil {
				err = f.Publish(t.Context(), p)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := f.list(t, ""); len(got) != objects {
		t.Errorf("List = %q; want %d objects", got, objects)
	}
}
