package s3

import (
	"errors"
	"io/fs"
	"net/http"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// committed writes an object up to Commit.
func committed(t *testing.T, s *Store, name string, data []byte) storage.Pending {
	t.Helper()
	out, err := s.Create(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Abort()
	if _, err := out.Write(data); err != nil {
		t.Fatal(err)
	}
	p, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// kinds are what callers tell errors by.
var kinds = []error{fs.ErrNotExist, fs.ErrPermission, storage.ErrConflict, storage.ErrUnknown}

// wantKind checks that err is of one kind only, and nil if that is nil. A kind
// that is errPlain means none of them.
func wantKind(t *testing.T, err, kind error) {
	t.Helper()
	if (err == nil) != (kind == nil) {
		t.Fatalf("error is %v; want %v", err, kind)
	}
	for _, k := range kinds {
		if errors.Is(err, k) != errors.Is(kind, k) {
			t.Errorf("error is %v; want %v", err, kind)
		}
	}
}

var errPlain = errors.New("an error of no kind")

// hintOf returns the hint of an error, which may be empty.
func hintOf(err error) string {
	var se *storage.Error
	if !errors.As(err, &se) {
		return ""
	}
	return se.Hint
}

// The outcome of a completion is told from what is there, not from the answer.
func TestPublishOutcomes(t *testing.T) {
	t.Parallel()
	const complete, head, parts = storagetest.CompleteMultipartUpload, storagetest.HeadObject, storagetest.ListParts
	busy, broken := storagetest.Answer(503, "SlowDown"), storagetest.Answer(500, "InternalError")
	tests := []struct {
		name   string
		faults func(t *testing.T, p *storagetest.Proxy, name string)
		want   error
		there  bool // the object, afterwards
	}{
		{"lost once", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, 1, storagetest.Lose)
		}, nil, true},
		{"always lost", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.Lose)
		}, nil, true},
		{"lost, then no such upload", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, 1, storagetest.Lose)
			p.Break(complete, 0, -1, storagetest.Answer(404, "NoSuchUpload"))
		}, nil, true},
		{"lost, then denied", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, 1, storagetest.Lose)
			p.Break(complete, 0, -1, storagetest.Answer(403, "ExpiredToken"))
		}, nil, true},
		{"done, but an error", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.After(broken))
		}, nil, true},
		{"error with status 200", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.Answer(200, "InternalError"))
		}, errPlain, false},
		{"always reset", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.Reset)
		}, errPlain, false},
		{"always busy", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, busy)
		}, errPlain, false},
		{"denied", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.Answer(403, "AccessDenied"))
		}, fs.ErrPermission, false},
		{"lost and object unreadable", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.Lose)
			p.Break(head, 0, -1, broken)
		}, storage.ErrUnknown, true},
		{"lost and upload unreadable", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, -1, storagetest.Lose)
			p.Break(parts, 0, -1, storagetest.Answer(403, "AccessDenied"))
		}, storage.ErrUnknown, true},
		{"lost, no such upload, and object unreadable", func(_ *testing.T, p *storagetest.Proxy, _ string) {
			p.Break(complete, 0, 1, storagetest.Lose)
			p.Break(complete, 0, -1, storagetest.Answer(404, "NoSuchUpload"))
			p.Break(head, 0, -1, storagetest.Answer(403, ""))
		}, storage.ErrUnknown, true},
		{"lost and replaced", func(t *testing.T, p *storagetest.Proxy, name string) {
			other := newStore(t, server.URL, quick, Options{})
			p.Break(complete, 0, -1, storagetest.After(func(http.ResponseWriter, *http.Request, http.Handler) {
				if err := other.Put(t.Context(), name, []byte("your data")); err != nil {
					t.Error(err)
				}
				panic(http.ErrAbortHandler)
			}))
		}, fs.ErrNotExist, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			name := storage.Join(root(t), "object")
			p := committed(t, s, name, []byte("some data"))
			tt.faults(t, proxy, name)
			err := s.Publish(t.Context(), p)
			wantKind(t, err, tt.want)
			if err != nil {
				wantError(t, err, name, tt.want, hintOf(err))
			}
			proxy.Mend()
			if _, err := s.Stat(t.Context(), name); (err == nil) != tt.there {
				t.Errorf("Stat = %v; want the object there: %t", err, tt.there)
			}
			if !tt.there { // it still can be published
				if err := s.Publish(t.Context(), p); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// What tells that an object is the one costs no more than it must.
func TestPublishRequests(t *testing.T) {
	t.Parallel()
	gone := storagetest.Answer(404, "NoSuchUpload")
	tests := []struct {
		name       string
		store      func(t *testing.T, endpoint string) *Store
		fault      storagetest.Fault
		etags      []string // instead of the parts' own
		heads, get int
	}{
		{"with checksums", newChecking, nil, nil, 0, 0},
		{"without checksums", newPlain, nil, nil, 1, 0},
		{"gone, same ETag", newPlain, gone, nil, 1, 0},
		{"gone, same checksum", newChecking, gone, []string{"encrypted"}, 1, 0},
		{"gone, nothing but the bytes", newPlain, gone, []string{"encrypted"}, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := tt.store(t, proxy.URL)
			p := committed(t, s, storage.Join(root(t), "object"), []byte("data"))
			if tt.fault != nil {
				if err := newPlain(t, server.URL).Publish(t.Context(), p); err != nil {
					t.Fatal(err)
				}
				proxy.Break(storagetest.CompleteMultipartUpload, 0, -1, tt.fault)
			}
			if tt.etags != nil {
				p.ETags = tt.etags
			}
			if err := s.Publish(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if n := proxy.Count(storagetest.CompleteMultipartUpload); n != 1 {
				t.Errorf("%d completions; want 1", n)
			}
			heads, gets := proxy.Count(storagetest.HeadObject), proxy.Count(storagetest.GetObject)
			if heads != tt.heads || gets != tt.get || proxy.Count(storagetest.ListParts) > 0 {
				t.Errorf("asked with %q; want %d HEADs and %d GETs", proxy.Kinds(), tt.heads, tt.get)
			}
		})
	}
}

func newPlain(t *testing.T, endpoint string) *Store {
	t.Helper()
	return newStore(t, endpoint, quick, Options{})
}
