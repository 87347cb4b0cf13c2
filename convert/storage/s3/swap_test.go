package s3

import (
	"io/fs"
	"net/http"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// The outcome of a conditional write is told from what is there.
func TestSwapOutcomes(t *testing.T) {
	t.Parallel()
	const put, get = storagetest.PutObject, storagetest.GetObject
	broken := storagetest.Answer(500, "InternalError")
	tests := []struct {
		name   string
		faults func(t *testing.T, p *storagetest.Proxy, name string)
		want   error
		gets   bool // the object is read back
	}{
		{"unbroken", func(*testing.T, *storagetest.Proxy, string) {}, nil, false},
		{"lost once", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, 1, storagetest.Lose)
		}, nil, true},
		{"always lost", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Lose)
		}, nil, true},
		{"lost, then denied", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, 1, storagetest.Lose)
			p.Break(put, 0, -1, storagetest.Answer(403, "ExpiredToken"))
		}, nil, true},
		{"done, but an error", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.After(broken))
		}, nil, true},
		{"always reset", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Reset)
		}, errPlain, true},
		{"denied", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Answer(403, "AccessDenied"))
		}, fs.ErrPermission, false},
		{"clock is wrong", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Answer(403, "RequestTimeTooSkewed"))
		}, fs.ErrPermission, false},
		{"another one under way", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, 2, storagetest.Answer(409, "ConditionalRequestConflict"))
		}, nil, false},
		{"others always under way", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Answer(409, "ConditionalRequestConflict"))
		}, storage.ErrUnknown, true},
		{"409 of another code", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Answer(409, "OperationAborted"))
		}, storage.ErrUnknown, true},
		{"409 without a code", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Answer(409, ""))
		}, storage.ErrUnknown, true},
		{"409 that was done", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.After(storagetest.Answer(409, "OperationAborted")))
		}, nil, true},
		{"409 and unreadable", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, -1, storagetest.Answer(409, "OperationAborted"))
			p.Break(get, 0, -1, storagetest.Answer(403, "AccessDenied"))
		}, storage.ErrUnknown, true},
		{"409 and another has won", func(t *testing.T, p *storagetest.Proxy, name string) {
			other := newPlain(t, server.URL)
			p.Break(put, 0, -1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
				if err := other.Put(t.Context(), name, []byte("your")); err != nil {
					t.Error(err)
				}
				storagetest.Answer(409, "OperationAborted")(w, r, forward)
			})
		}, storage.ErrConflict, true},
		{"lost to somebody", func(t *testing.T, p *storagetest.Proxy, name string) {
			other := newPlain(t, server.URL)
			p.Break(put, 0, 1, func(http.ResponseWriter, *http.Request, http.Handler) {
				if err := other.Put(t.Context(), name, []byte("your")); err != nil {
					t.Error(err)
				}
				panic(http.ErrAbortHandler)
			})
		}, storage.ErrConflict, true},
		{"lost and unreadable", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(put, 0, 1, storagetest.Lose)
			p.Break(get, 0, -1, storagetest.Answer(403, "AccessDenied"))
		}, storage.ErrUnknown, true},
	}
	for _, before := range []string{"", "before"} {
		for _, tt := range tests {
			t.Run(tt.name+" "+before, func(t *testing.T) {
				t.Parallel()
				proxy := server.NewProxy(t)
				s := newPlain(t, proxy.URL)
				name, tag := storage.Join(root(t), "object"), ""
				var err error
				if before != "" {
					tag, err = s.Swap(t.Context(), name, []byte(before), "")
				}
				if err != nil {
					t.Fatal(err)
				}
				tt.faults(t, proxy, name)
				newTag, err := s.Swap(t.Context(), name, []byte("mine"), tag)
				wantKind(t, err, tt.want)
				if n := proxy.Broken(put); n > quick.attempts {
					t.Errorf("%d attempts; want %d at most", n, quick.attempts)
				}
				if gets := proxy.Count(get) > 0; gets != tt.gets {
					t.Errorf("reads back: %t; want %t", gets, tt.gets)
				}
				proxy.Mend()
				if err != nil {
					return
				}
				if data, tag, err := s.Get(t.Context(), name, 100); string(data) != "mine" || tag != newTag || err != nil {
					t.Errorf("Get = %q, %s, %v; want mine, %s", data, tag, err, newTag)
				}
			})
		}
	}
}

// Without a lock a store that ignores conditions will do, and what is plainly
// changed is still noticed.
func TestNoLock(t *testing.T) {
	t.Parallel()
	const put = storagetest.PutObject
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{NoLock: true})
	name := storage.Join(root(t), "object")
	proxy.Break(put, 0, 1, storagetest.Lose)
	one, err := s.Swap(t.Context(), name, []byte("one"), "")
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Swap(t.Context(), name, []byte("two"), one)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"", one} {
		_, err = s.Swap(t.Context(), name, []byte("three"), tag)
		wantKind(t, err, storage.ErrConflict)
	}
	if data, tag, err := s.Get(t.Context(), name, 100); string(data) != "two" || tag != two || err != nil {
		t.Errorf("Get = %q, %s, %v; want two, %s", data, tag, err, two)
	}
	if n := proxy.Count(put); n != 3 {
		t.Errorf("%d PUTs; want 3", n)
	}
	for _, r := range proxy.Seen(put) {
		if r.Header.Get("If-Match")+r.Header.Get("If-None-Match") != "" {
			t.Errorf("PUT of %s has a condition", r.Path)
		}
	}
}
