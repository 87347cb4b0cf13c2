package delta

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
)

func openS3(t *testing.T, proxy *storagetest.Proxy) *s3.Store {
	t.Helper()
	s, err := s3.New(t.Context(), s3.Options{EndpointURL: proxy.URL, MaxPause: time.Millisecond, PartSize: storagetest.PartSize})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// At a server whose answers are lost now and then, a version is there once, and a writer
// who cannot tell says so.
func TestS3(t *testing.T) {
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	dest := "s3://" + server.Bucket + "/table"
	plain := testLog(openS3(t, server.Proxy), dest)
	write(t, plain, "one", 1, []string{"a"}, nil)

	proxy := server.NewProxy(t)
	l := testLog(openS3(t, proxy), dest)
	if _, err := l.Read(t.Context()); err != nil {
		t.Fatal(err)
	}

	// The answer is lost, and the object read back.
	proxy.Break(storagetest.PutObject, 0, 1, storagetest.Lose)
	if s := write(t, l, "two", 1, []string{"b"}, nil); s.Version != 1 {
		t.Errorf("version %d", s.Version)
	}
	// The request is lost, and another writer comes in between.
	once := sync.OnceFunc(func() { write(t, plain, "one", 2, []string{"c"}, []string{"a"}) })
	proxy.Break(storagetest.PutObject, 0, 1, func(http.ResponseWriter, *http.Request, http.Handler) {
		once()
		panic(http.ErrAbortHandler)
	})
	if s := write(t, l, "two", 2, []string{"d"}, []string{"b"}); s.Version != 3 {
		t.Errorf("version %d", s.Version)
	}
	wantNames(t, plain, "c", "d")

	// Neither the answer comes nor can the object be read: nothing is concluded.
	proxy.Mend()
	asked := false
	_, err := l.Write(t.Context(), func(*State) (*Change, error) {
		asked = true
		proxy.Break(storagetest.PutObject, 0, -1, storagetest.Lose)
		proxy.Break(storagetest.GetObject, 0, -1, storagetest.Answer(500, "InternalError"))
		return change("two", 3, []string{"e"}, nil), nil
	})
	if !asked || !errors.Is(err, storage.ErrUnknown) {
		t.Errorf("error %v", err)
	}
	proxy.Mend()
	if s := write(t, l, "two", 3, []string{"e"}, nil); s.Version != 4 {
		t.Errorf("version %d: the one whose answer was lost was written again", s.Version)
	}
	wantNames(t, plain, "c", "d", "e")

	// Once the end is known a version is one look and one PUT.
	proxy = server.NewProxy(t)
	l = testLog(openS3(t, proxy), dest)
	if _, err := l.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := len(proxy.Seen(storagetest.Any))
	write(t, l, "two", 4, []string{"f"}, nil)
	if gets, puts, all := proxy.Count(storagetest.GetObject), proxy.Count(storagetest.PutObject), len(proxy.Seen(storagetest.Any))-before; puts != 1 || all > 3 {
		t.Errorf("%d requests for a version, %d GETs since the start", all, gets)
	}

	t.Run("race", func(t *testing.T) {
		const writers, rounds = 8, 4
		dest := "s3://" + server.Bucket + "/race"
		var wg sync.WaitGroup
		for w := range writers {
			proxy := server.NewProxy(t)
			proxy.BreakSome(storagetest.PutObject, 0.3, uint64(w), storagetest.Lose)
			l := testLog(openS3(t, proxy), dest)
			wg.Go(func() {
				for i := range rounds {
					_, err := l.Write(t.Context(), func(s *State) (*Change, error) {
						if n, ok := s.Brought(fmt.Sprint(w)); ok && n == int64(i) {
							return nil, nil
						}
						return change(fmt.Sprint(w), int64(i), []string{fmt.Sprintf("%d-%d", w, i)}, nil), nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		l := testLog(openS3(t, server.Proxy), dest)
		if s, err := l.Read(t.Context()); err != nil || s.Version != writers*rounds-1 {
			t.Errorf("%+v, %v", s, err)
		}
		if got := names(t, l); len(got) != writers*rounds {
			t.Errorf("%d files", len(got))
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.Write(ctx, func(*State) (*Change, error) { return change("x", 1, nil, nil), nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}
