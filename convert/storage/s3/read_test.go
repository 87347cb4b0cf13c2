package s3

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

func TestReadResumes(t *testing.T) {
	t.Parallel()
	data := storagetest.Bytes(1, 300_000)
	const whole = "bytes=0-2097151" // the first piece
	tests := []struct {
		name   string
		faults func(p *storagetest.Proxy)
		ranges []string // of the requests, in order
	}{
		{"unbroken", func(*storagetest.Proxy) {}, []string{whole}},
		{"three cuts", func(p *storagetest.Proxy) {
			p.Break(storagetest.GetObject, 0, 3, storagetest.Cut(90_000))
		}, []string{whole, "bytes=90000-299999", "bytes=180000-299999", "bytes=270000-299999"}},
		{"before the first byte", func(p *storagetest.Proxy) {
			p.Break(storagetest.GetObject, 0, 1, storagetest.Cut(0))
		}, []string{whole, "bytes=0-299999"}},
		{"one byte before the end", func(p *storagetest.Proxy) {
			p.Break(storagetest.GetObject, 0, 1, storagetest.Cut(len(data)-1))
		}, []string{whole, "bytes=299999-299999"}},
		{"many cuts with progress", func(p *storagetest.Proxy) {
			p.Break(storagetest.GetObject, 0, 9, storagetest.Cut(30_000))
		}, nil},
		{"stall", func(p *storagetest.Proxy) {
			p.Break(storagetest.GetObject, 0, 1, p.Stall(1000))
		}, []string{whole, "bytes=1000-299999"}},
		{"resuming is busy", func(p *storagetest.Proxy) {
			p.Break(storagetest.GetObject, 0, 1, storagetest.Cut(1000))
			p.Break(storagetest.GetObject, 0, 2, storagetest.Answer(503, "SlowDown"))
		}, []string{whole, "bytes=1000-299999", "bytes=1000-299999", "bytes=1000-299999"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			p := quick
			if tt.name == "stall" {
				p.stall = time.Second
			}
			s := newStore(t, proxy.URL, p, Options{})
			name := storage.Join(root(t), "object")
			if err := s.Put(t.Context(), name, data); err != nil {
				t.Fatal(err)
			}
			tt.faults(proxy)
			r, err := s.Open(t.Context(), name, "")
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, data) {
				t.Fatalf("read %d bytes, %v; want the %d written", len(got), err, len(data))
			}
			seen := proxy.Seen(storagetest.GetObject)
			for i, req := range seen {
				if i > 0 && req.Header.Get("If-Match") == "" {
					t.Errorf("request %d has no If-Match", i)
				}
				if tt.ranges != nil && (len(seen) != len(tt.ranges) || req.Header.Get("Range") != tt.ranges[i]) {
					t.Errorf("request %d of %d asks for %q; want %q", i, len(seen), req.Header.Get("Range"), tt.ranges)
				}
				if got := req.Header.Get("Accept-Encoding"); got != "identity" {
					t.Errorf("request %d accepts encoding %q; sizes would not count", i, got)
				}
			}
		})
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults func(t *testing.T, p *storagetest.Proxy, s *Store, object string)
		want   string
	}{
		{"endless cuts at one byte", func(_ *testing.T, p *storagetest.Proxy, _ *Store, _ string) {
			p.Break(storagetest.GetObject, 0, 1, storagetest.Cut(1000))
			p.Break(storagetest.GetObject, 0, -1, storagetest.Cut(0))
		}, "connection broke 6 times at byte 1000 of 5000: unexpected EOF"},
		{"replaced", func(t *testing.T, p *storagetest.Proxy, s *Store, object string) {
			p.Break(storagetest.GetObject, 0, 1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
				defer func() {
					if err := s.Put(context.WithoutCancel(t.Context()), object, []byte("new")); err != nil {
						t.Error(err)
					}
					panic(http.ErrAbortHandler)
				}()
				defer func() { _ = recover() }()
				storagetest.Cut(1000)(w, r, forward)
			})
		}, "somebody else has changed it"},
		{"range is ignored", func(_ *testing.T, p *storagetest.Proxy, _ *Store, _ string) {
			p.Break(storagetest.GetObject, 0, 1, storagetest.Cut(1000))
			p.Break(storagetest.GetObject, 0, 1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
				rec := httptest.NewRecorder()
				forward.ServeHTTP(rec, r)
				rec.Header().Del("Content-Range")
				maps.Copy(w.Header(), rec.Header())
				_, _ = w.Write(rec.Body.Bytes())
			})
		}, "the store does not answer requests for a range of bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			name := storage.Join(root(t), "object")
			if err := s.Put(t.Context(), name, storagetest.Bytes(1, 5000)); err != nil {
				t.Fatal(err)
			}
			tt.faults(t, proxy, s, name)
			r, err := s.Open(t.Context(), name, "")
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			_, err = io.Copy(io.Discard, r)
			if want := "read " + name + ": " + tt.want; err == nil || err.Error() != want {
				t.Fatalf("error is %q; want %q", err, want)
			}
			if _, again := r.Read(make([]byte, 1)); !errors.Is(again, err) {
				t.Errorf("next Read = %v; want the same error", again)
			}
		})
	}
}

// A byte that changed on its way shows at the end of the object, by its checksum.
func TestReadFlippedByte(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newChecking(t, proxy.URL)
	name := storage.Join(root(t), "object")
	if err := s.Put(t.Context(), name, storagetest.Bytes(1, 5000)); err != nil {
		t.Fatal(err)
	}
	proxy.Break(storagetest.GetObject, 0, 1, storagetest.Flip(4321))
	r, err := s.Open(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, r)
	if err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("read %d bytes, %v; want a checksum error", n, err)
	}
}

// An MD5 is attested where it is the ETag, and where what arrives is sure to be
// what is stored.
func TestReadAttests(t *testing.T) {
	t.Parallel()
	data := storagetest.Bytes(1, 100_000)
	sum := md5.Sum(data)
	otherETag := func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		rec := httptest.NewRecorder()
		forward.ServeHTTP(rec, r)
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("ETag", `"00112233445566778899aabbccddeeff"`) // as of an object encrypted by KMS
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}
	tests := []struct {
		name                  string
		tls, checksums, parts bool
		fault                 storagetest.Fault
		want                  bool
	}{
		{name: "plain"},
		{name: "checksum", checksums: true, want: true},
		{name: "checksum and cut", checksums: true, fault: storagetest.Cut(10_000), want: true},
		{name: "TLS", tls: true, want: true},
		{name: "TLS and cut", tls: true, fault: storagetest.Cut(10_000), want: true},
		{name: "TLS, parts", tls: true, parts: true},
		{name: "checksum, parts", checksums: true, parts: true},
		{name: "TLS, another ETag", tls: true, fault: otherETag},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			if tt.tls {
				proxy = server.NewTLSProxy(t)
			}
			s := newStore(t, proxy.URL, quick, Options{})
			if tt.checksums {
				s = newChecking(t, proxy.URL)
			}
			if tt.tls {
				trust(t, s, proxy)
			}
			name := storage.Join(root(t), "object")
			if tt.parts {
				writeParts(t, s, name, data)
			} else if err := s.Put(t.Context(), name, data); err != nil {
				t.Fatal(err)
			}
			if tt.fault != nil {
				proxy.Break(storagetest.GetObject, 0, 1, tt.fault)
			}
			r, err := s.Open(t.Context(), name, "")
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := storage.Attests(r, hex.EncodeToString(sum[:])); got != tt.want {
				t.Errorf("attested is %v; want %v", got, tt.want)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
		})
	}
}

// trust makes a store take a proxy's certificate.
func trust(t *testing.T, s *Store, proxy *storagetest.Proxy) {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(proxy.CA()) {
		t.Fatal("no certificate")
	}
	s.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
}

// writeParts writes an object as an upload of parts.
func writeParts(t *testing.T, s *Store, name string, data []byte) {
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
	if err == nil {
		err = s.Publish(t.Context(), p)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What arrives after a break has no checksum of its own, but counts in the object's.
func TestReadFlippedByteAfterCut(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newChecking(t, proxy.URL)
	name := storage.Join(root(t), "object")
	data := storagetest.Bytes(1, 5000)
	if err := s.Put(t.Context(), name, data); err != nil {
		t.Fatal(err)
	}
	proxy.Break(storagetest.GetObject, 0, 1, storagetest.Cut(1000))
	proxy.Break(storagetest.GetObject, 0, 1, storagetest.Flip(100))
	r, err := s.Open(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	sum := md5.Sum(data)
	if !storage.Attests(r, hex.EncodeToString(sum[:])) {
		t.Error("not attested, so this proves nothing")
	}
	n, err := io.Copy(io.Discard, r)
	if err == nil || !strings.Contains(err.Error(), "the checksum of its bytes is ") {
		t.Errorf("read %d bytes, %v; want a checksum error", n, err)
	}
}
