package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// What is read goes on where it broke as long as it gets any further.
func TestS3Cuts(t *testing.T) {
	r := startS3(t)
	want := r.clean(t, r.dest(t)+"/want", s3Options)
	const before = 3 // the manifest, its MD5 and the commit record are read first
	tests := []struct {
		name string
		cut  func(proxy *storagetest.Proxy)
		want string
	}{
		{"50 in one file", func(proxy *storagetest.Proxy) {
			proxy.Break(storagetest.GetObject, before, 50, storagetest.Cut(20))
		}, ""},
		{"10 at one byte", func(proxy *storagetest.Proxy) {
			proxy.Break(storagetest.GetObject, before, 1, storagetest.Cut(100))
			proxy.Break(storagetest.GetObject, before, 10, storagetest.Cut(0))
		}, "connection broke 6 times at byte 100 of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy, dest := r.server.NewProxy(t), r.dest(t)
			tt.cut(proxy)
			err := r.convert(t, r.open(t, proxy), dest, s3Options)
			if got := fmt.Sprint(err); (tt.want == "") != (err == nil) || err != nil && !strings.Contains(got, tt.want) {
				t.Errorf("error is %v; want %q", err, tt.want)
			}
			if n := proxy.Broken(storagetest.GetObject); tt.want == "" && n != 50 {
				t.Errorf("%d cuts; want 50", n)
			}
			storagetest.CompareTrees(t, r.clean(t, dest, s3Options), want)
		})
	}
}

// A result file is the one that was planned with, or the task fails.
func TestS3SourceChanges(t *testing.T) {
	shared := startS3(t)
	tests := []struct {
		name   string
		change func(t *testing.T, s storage.Store, file string) error
		want   error
	}{
		{"changed", func(t *testing.T, s storage.Store, file string) error {
			return s.Put(t.Context(), file, []byte(reporttest.GoodLine))
		}, storage.ErrConflict},
		{"missing", func(t *testing.T, s storage.Store, file string) error { return s.Delete(t.Context(), file) }, fs.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, dest := shared.in(t, t.Name()), shared.dest(t)+"/table"
			p, err := MakePlan(t.Context(), r.store, []string{r.source}, dest, s3Options)
			if err != nil {
				t.Fatal(err)
			}
			file := p.Jobs[0].Job.Files[1].Name
			if err := tt.change(t, r.store, file); err != nil {
				t.Fatal(err)
			}
			check := func(err error) {
				t.Helper()
				oneLine(t, err)
				if err == nil || !strings.Contains(err.Error(), file) {
					t.Errorf("error is %v; want one of %s", err, file)
				}
			}
			_, err = RunTask(t.Context(), r.store, p, 1, s3Options.Run)
			check(err)
			if !errors.Is(err, tt.want) {
				t.Errorf("error is %v; want %v", err, tt.want)
			}
			// A run that plans anew finds a file that is missing, or has another MD5.
			check(r.convert(t, r.store, dest, s3Options))
			for name := range r.tree(t, dest) {
				if !strings.Contains(name, "/pending/") && !strings.Contains(name, " upload ") {
					t.Errorf("%s can be seen", name)
				}
			}
		})
	}
}

// From some request on nothing works any more: the bucket or the network is gone,
// or the credentials have expired. Once that is mended the same command does the whole.
func TestS3Vanishes(t *testing.T) {
	r := startS3(t)
	want := r.clean(t, r.dest(t)+"/want", s3Options)
	old := r.clean(t, r.dest(t)+"/old", olderOptions())
	proxy := r.server.NewProxy(t)
	r.put(t, r.dest(t)+"/undisturbed", old)
	if err := r.convert(t, r.open(t, proxy), r.dest(t)+"/undisturbed", s3Options); err != nil {
		t.Fatal(err)
	}
	step := 8
	if soak {
		step = 1
	}
	faults := []struct {
		name  string
		fault storagetest.Fault
		is    error
		hint  string
	}{
		{"no bucket", storagetest.Answer(404, "NoSuchBucket"), nil, "check the bucket's name"},
		{"no answers", storagetest.Lose, nil, ""},
		{"expired", storagetest.Answer(403, "ExpiredToken"), fs.ErrPermission, "the credentials have expired"},
	}
	for _, f := range faults {
		for skip := 0; skip < proxy.Count(storagetest.Any); skip += step {
			t.Run(fmt.Sprintf("%s/%d", f.name, skip), func(t *testing.T) {
				t.Parallel()
				dest, proxy := r.dest(t), r.server.NewProxy(t)
				r.put(t, dest, old)
				proxy.Break(storagetest.Any, skip, -1, f.fault)
				err := r.convert(t, r.open(t, proxy), dest, s3Options)
				if proxy.Broken(storagetest.Any) == 0 {
					t.Error("nothing happened")
				}
				// A completion that was answered without a checksum is read back: where that
				// fails, what became of it is not known, whatever the reason.
				unread := proxy.Count(storagetest.CompleteMultipartUpload) > proxy.Broken(storagetest.CompleteMultipartUpload) && proxy.Broken(storagetest.HeadObject) > 0
				unread = unread && errors.Is(err, storage.ErrUnknown)
				se := (*storage.Error)(nil)
				if err != nil && !unread && (f.is != nil && !errors.Is(err, f.is) || !errors.As(err, &se) || !strings.HasPrefix(se.Hint, f.hint)) {
					t.Errorf("error is %v; want %v with a hint", err, f.is)
				}
				if errors.Is(err, storage.ErrUnknown) && !unread && f.name != "no answers" {
					t.Errorf("what can be known is called unknown: %v", err)
				}
				c := s3Cell{s3Report: r, want: want, old: old}
				c.check(t, dest, err)
				storagetest.CompareTrees(t, r.clean(t, dest, s3Options), want)
			})
		}
	}
}
