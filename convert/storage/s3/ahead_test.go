package s3

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// Objects around the size of pieces are read as they are, with room for none, some
// and all of their pieces, and however often connections break.
func TestReadAhead(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, smallestBuffer, pieceSize - 1, pieceSize, pieceSize + 1, 2 * pieceSize, 3*pieceSize + 7}
	folder, objects := root(t), map[string][]byte{}
	for _, size := range sizes {
		name := storage.Join(folder, fmt.Sprint(size))
		objects[name] = storagetest.Bytes(uint64(size), size)
		if err := newStore(t, server.URL, quick, Options{}).Put(t.Context(), name, objects[name]); err != nil {
			t.Fatal(err)
		}
	}
	for _, room := range []int64{1, 1 << 20, pieceSize, 2 * pieceSize, 64 << 20} {
		for _, cuts := range []float64{0, 0.3} {
			t.Run(fmt.Sprintf("%d bytes, %v cut", room, cuts), func(t *testing.T) {
				t.Parallel()
				proxy := server.NewProxy(t)
				s := newStore(t, proxy.URL, quick, Options{ReadAhead: room})
				proxy.BreakSome(storagetest.GetObject, cuts, uint64(room), storagetest.Cut(700_000))
				requests := 0
				for name, data := range objects {
					requests += max(1, (len(data)+pieceSize-1)/pieceSize)
					r, err := s.Open(t.Context(), name, "")
					if err != nil {
						t.Fatal(err)
					}
					got, err := io.ReadAll(r)
					if err != nil || !bytes.Equal(got, data) {
						t.Errorf("read %d bytes, %v; want the %d written", len(got), err, len(data))
					}
					if err := r.Close(); err != nil {
						t.Error(err)
					}
					if s.room.left != room {
						t.Errorf("%d of %d bytes are free after Close", s.room.left, room)
					}
				}
				for _, r := range proxy.Seen(storagetest.GetObject) {
					if asked := r.Header.Get("Range"); asked != "" && !strings.HasPrefix(asked, "bytes=0-") && r.Header.Get("If-Match") == "" {
						t.Errorf("%s is asked for of whatever is there", asked)
					}
				}
				requests++ // of an empty object there is no range, so it is asked for once more
				if n := proxy.Count(storagetest.GetObject) - proxy.Broken(storagetest.GetObject); cuts == 0 && n != requests {
					t.Errorf("%d requests; want %d", n, requests)
				}
			})
		}
	}
}

// held is the memory of what is read ahead by r.
func held(r io.ReadCloser) (n int) {
	for _, p := range r.(*reader).pieces {
		if p.buf != nil {
			<-p.done // whatever of it is filled, its memory is held
			n += cap(p.buf)
		}
	}
	return n
}

// However many objects are open, and however slowly they are read, what is held
// of them stays below ReadAhead, and gets close to it.
func TestReadAheadBound(t *testing.T) {
	t.Parallel()
	const room = 8 << 20
	s := newStore(t, server.URL, quick, Options{ReadAhead: room})
	folder, random := root(t), rand.New(rand.NewPCG(1, 0))
	var open []io.ReadCloser
	for i := range 12 {
		name := storage.Join(folder, fmt.Sprint(i))
		if err := s.Put(t.Context(), name, storagetest.Bytes(uint64(i), 1+random.IntN(4*pieceSize))); err != nil {
			t.Fatal(err)
		}
		r, err := s.Open(t.Context(), name, "")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		open = append(open, r)
	}
	most := 0
	for len(open) > 0 {
		now := 0
		for _, r := range open {
			now += held(r)
		}
		most = max(most, now)
		i := random.IntN(len(open))
		if _, err := io.CopyN(io.Discard, open[i], int64(random.IntN(pieceSize))); errors.Is(err, io.EOF) {
			open[i].Close()
			open = slices.Delete(open, i, i+1)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if most > room || most < room-pieceSize {
		t.Errorf("at most %d bytes were held; want nearly %d", most, room)
	}
	if s.room.left != room {
		t.Errorf("%d of %d bytes are free at the end", s.room.left, room)
	}
}

// All pieces that there is room for are asked for at once, those of objects that
// nobody reads yet too.
func TestReadAheadAtOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		objects, size int
		together      int // requests that wait for each other
	}{
		{"a large object", 1, 9 * pieceSize, 8}, // but for the first piece, which tells the size
		{"several", 2, 4 * pieceSize, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			p := quick
			p.stall = 5 * time.Second // so that who waits in vain gives up
			s := newStore(t, proxy.URL, p, Options{ReadAhead: 32 << 20})
			folder, data := root(t), storagetest.Bytes(1, tt.size)
			var open []io.ReadCloser
			// The first piece of each object is answered, the others when all have come.
			together := storagetest.Together(tt.together)
			afterFirst := func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
				if strings.HasPrefix(r.Header.Get("Range"), "bytes=0-") {
					forward.ServeHTTP(w, r)
					return
				}
				together(w, r, forward)
			}
			for i := range tt.objects {
				name := storage.Join(folder, fmt.Sprint(i))
				if err := s.Put(t.Context(), name, data); err != nil {
					t.Fatal(err)
				}
			}
			proxy.Break(storagetest.GetObject, 0, -1, afterFirst)
			for i := range tt.objects {
				r, err := s.Open(t.Context(), storage.Join(folder, fmt.Sprint(i)), "")
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				open = append(open, r)
			}
			for _, r := range open {
				if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
					t.Errorf("read %d bytes, %v", len(got), err)
				}
			}
		})
	}
}

// What goes wrong ahead shows when its turn comes, after all bytes before it.
func TestReadAheadFails(t *testing.T) {
	t.Parallel()
	const size = 5 * pieceSize
	second := func(f storagetest.Fault) storagetest.Fault {
		return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			if strings.HasPrefix(r.Header.Get("Range"), fmt.Sprintf("bytes=%d-", 2*pieceSize)) {
				f(w, r, forward)
				return
			}
			forward.ServeHTTP(w, r)
		}
	}
	tests := []struct {
		name  string
		fault storagetest.Fault
		read  int
		want  error
		text  string
	}{
		{"denied", second(storagetest.Answer(403, "AccessDenied")), 2 * pieceSize, fs.ErrPermission, "AccessDenied"},
		{"changed", second(storagetest.Answer(412, "PreconditionFailed")), 2 * pieceSize, storage.ErrConflict, ""},
		{"deleted", second(storagetest.Answer(404, "NoSuchKey")), 2 * pieceSize, fs.ErrNotExist, ""},
		{"no ranges", second(func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			rec := httptest.NewRecorder()
			forward.ServeHTTP(rec, r)
			w.Header().Set("ETag", rec.Header().Get("ETag"))
			w.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()))
			_, _ = w.Write(rec.Body.Bytes())
		}), 2 * pieceSize, nil, "the store does not answer requests for a range of bytes"},
		{"no answer", second(storagetest.Reset), 2 * pieceSize, io.ErrUnexpectedEOF, "EOF"},
		{
			"endless cuts", second(storagetest.Cut(0)), 2 * pieceSize, nil,
			fmt.Sprintf("connection broke 6 times at byte %d of %d: unexpected EOF", 2*pieceSize, size),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			name, data := storage.Join(root(t), "object"), storagetest.Bytes(1, size)
			if err := s.Put(t.Context(), name, data); err != nil {
				t.Fatal(err)
			}
			proxy.Break(storagetest.GetObject, 0, -1, tt.fault)
			r, err := s.Open(t.Context(), name, "")
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if len(got) != tt.read || !bytes.Equal(got, data[:tt.read]) {
				t.Errorf("%d bytes came before the error; want %d", len(got), tt.read)
			}
			se := (*storage.Error)(nil)
			if !errors.As(err, &se) || se.Name != name || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error is %v; want %v %s", err, tt.want, tt.text)
			}
			if _, again := r.Read(make([]byte, 1)); !errors.Is(again, err) {
				t.Errorf("next Read = %v; want the same error", again)
			}
			r.Close()
			if s.room.left != defaultReadAhead {
				t.Errorf("%d bytes are free after Close", s.room.left)
			}
		})
	}
}

// An answer that does not say which part of the object it is could pass for all of it.
func TestReadStrangeRange(t *testing.T) {
	t.Parallel()
	for _, contentRange := range []string{"bytes 0-2097151/*", "bytes 1-2097151/10485760", "bytes 0-99/10485760", "something"} {
		t.Run(contentRange, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			name := storage.Join(root(t), "object")
			if err := s.Put(t.Context(), name, storagetest.Bytes(1, 5*pieceSize)); err != nil {
				t.Fatal(err)
			}
			proxy.Break(storagetest.GetObject, 0, -1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
				rec := httptest.NewRecorder()
				forward.ServeHTTP(rec, r)
				rec.Header().Set("Content-Range", contentRange)
				maps.Copy(w.Header(), rec.Header())
				w.WriteHeader(rec.Code)
				_, _ = w.Write(rec.Body.Bytes())
			})
			if r, err := s.Open(t.Context(), name, ""); err == nil {
				r.Close()
				t.Error("it was taken")
			}
			if s.room.left != defaultReadAhead {
				t.Errorf("%d bytes are free", s.room.left)
			}
		})
	}
}

// Close ends requests that nobody waits for any more.
func TestReadAheadClose(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	name := storage.Join(root(t), "object")
	if err := s.Put(t.Context(), name, storagetest.Bytes(1, 5*pieceSize)); err != nil {
		t.Fatal(err)
	}
	proxy.Break(storagetest.GetObject, 1, -1, proxy.Stall(1000))
	r, err := s.Open(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("Read after Close = %v", err)
	}
	if s.room.left != defaultReadAhead {
		t.Errorf("%d bytes are free after Close", s.room.left)
	}
}

// A store that knows no ranges is read all the same, over one connection.
func TestReadWithoutRanges(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	name, data := storage.Join(root(t), "object"), storagetest.Bytes(1, 3*pieceSize)
	if err := s.Put(t.Context(), name, data); err != nil {
		t.Fatal(err)
	}
	proxy.Break(storagetest.GetObject, 0, -1, proxy.Strip("Range"))
	r, err := s.Open(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	if n := proxy.Count(storagetest.GetObject); n != 1 {
		t.Errorf("%d requests; want 1", n)
	}
}
