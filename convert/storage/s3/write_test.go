package s3

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// noUploads checks that no multipart upload is under way below folder.
func noUploads(t *testing.T, folder string) {
	t.Helper()
	s := newStore(t, server.URL, quick, Options{})
	bucket, prefix, err := split(folder)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.client.ListMultipartUploads(t.Context(), &awss3.ListMultipartUploadsInput{Bucket: &bucket, Prefix: &prefix})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range out.Uploads {
		t.Errorf("upload of %s is left behind", aws.ToString(u.Key))
	}
}

// What the server did while its answer was lost is done, whatever the server
// says to the same request the second time.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for _, kind := range []storagetest.Kind{
		storagetest.CreateMultipartUpload, storagetest.UploadPart, storagetest.CompleteMultipartUpload, storagetest.PutObject, storagetest.DeleteObject,
	} {
		for _, fault := range []struct {
			name string
			do   storagetest.Fault
		}{
			{"before", storagetest.Reset},
			{"after", storagetest.Lose},
			{"busy", storagetest.Answer(503, "SlowDown")},
			{"internal error", storagetest.Answer(500, "InternalError")},
		} {
			t.Run(fmt.Sprintf("%s %s", kind, fault.name), func(t *testing.T) {
				t.Parallel()
				proxy := server.NewProxy(t)
				s := newStore(t, proxy.URL, quick, Options{})
				proxy.Break(kind, 0, 2, fault.do)
				name, data := storage.Join(root(t), "object"), storagetest.Bytes(2, storagetest.PartSize+1)
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
				if err := s.Publish(t.Context(), p); err != nil {
					t.Fatal(err)
				}
				if info, err := s.Stat(t.Context(), name); err != nil || info.Size != p.Size {
					t.Fatalf("Stat = %+v, %v; want size %d", info, err, p.Size)
				}
				if err := errors.Join(s.Put(t.Context(), name, nil), s.Delete(t.Context(), name)); err != nil {
					t.Fatal(err)
				}
				if seen := len(proxy.Seen(kind)); seen < 3 {
					t.Errorf("%d requests; want two that fail and one more", seen)
				}
			})
		}
	}
}

// An upload that is gone counts as published only if the object is the one.
func TestPublishAgain(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	name := storage.Join(root(t), "object")
	write := func(data string) storage.Pending {
		out, err := s.Create(t.Context(), name, "")
		if err != nil {
			t.Fatal(err)
		}
		defer out.Abort()
		if _, err := out.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
		p, err := out.Commit()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	mine, yours := write("mine"), write("your")
	if err := s.Publish(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	// The server takes any object of the name for the one that was uploaded.
	proxy.Break(storagetest.CompleteMultipartUpload, 0, -1, storagetest.Answer(404, "NoSuchUpload"))
	if err := s.Publish(t.Context(), mine); err != nil {
		t.Errorf("second Publish = %v; want nil", err)
	}
	if err := s.Publish(t.Context(), yours); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Publish of another = %v; want fs.ErrNotExist", err)
	}
	if err := s.Discard(t.Context(), yours); err != nil {
		t.Error(err)
	}
}

func TestUploadFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		skip int // parts that arrive
		do   func(p *storagetest.Proxy) storagetest.Fault
		want string
	}{
		{"first part", 0, func(*storagetest.Proxy) storagetest.Fault { return storagetest.Answer(403, "AccessDenied") }, "AccessDenied: Message of AccessDenied (request REQUEST1)"},
		{"last part", 4, func(*storagetest.Proxy) storagetest.Fault { return storagetest.Answer(400, "BadDigest") }, "BadDigest: Message of BadDigest (request REQUEST1)"},
		{"always busy", 1, func(*storagetest.Proxy) storagetest.Fault { return storagetest.Answer(503, "SlowDown") }, "SlowDown: Message of SlowDown (request REQUEST1), 2 times"},
		{"stall", 1, func(p *storagetest.Proxy) storagetest.Fault { return p.Stall(-1) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			p := quick
			p.attempts = 2
			if tt.name == "stall" {
				p.stall = time.Second
			}
			s := newStore(t, proxy.URL, p, Options{})
			proxy.Break(storagetest.UploadPart, tt.skip, -1, tt.do(proxy))
			folder := root(t)
			name := storage.Join(folder, "object")
			out, err := s.Create(t.Context(), name, "")
			if err != nil {
				t.Fatal(err)
			}
			var first error
			for range 5 {
				if _, err := out.Write(storagetest.Bytes(3, storagetest.PartSize)); err != nil && first == nil {
					first = err
				}
			}
			_, err = out.Commit()
			if err == nil || first != nil && !errors.Is(err, first) {
				t.Errorf("Commit = %v after Write = %v; want the same error", err, first)
			}
			if want := "write " + name + ": " + tt.want; err != nil && tt.want != "" && err.Error() != want {
				t.Errorf("error is %q; want %q", err, want)
			}
			if err := out.Abort(); err != nil {
				t.Error(err)
			}
			noUploads(t, folder)
		})
	}
}

// A run that is interrupted while parts are on their way leaves nothing behind.
func TestCancelLeavesNoUpload(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	proxy.Break(storagetest.UploadPart, 2, 1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		cancel()
		forward.ServeHTTP(w, r)
	})
	folder := root(t)
	out, err := s.Create(ctx, storage.Join(folder, "object"), "")
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = out.Write(storagetest.Bytes(3, storagetest.PartSize))
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Write = %v; want context.Canceled", err)
	}
	if err := out.Abort(); err != nil {
		t.Error(err)
	}
	noUploads(t, folder)
}

// No more parts are under way than the memory bound allows, whatever the number
// of outputs.
func TestUploadsAreBounded(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	proxy.Break(storagetest.UploadPart, 0, -1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		arrived <- struct{}{}
		<-release
		forward.ServeHTTP(w, r)
	})
	const outputs = 3
	done := make(chan error, outputs)
	for i := range outputs {
		go func() {
			done <- func() error {
				out, err := s.Create(t.Context(), storage.Join(root(t), fmt.Sprint(i)), "")
				if err != nil {
					return err
				}
				defer out.Abort()
				for range uploads {
					if _, err := out.Write(make([]byte, storagetest.PartSize)); err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	for range uploads {
		<-arrived
	}
	if n := len(s.slots); n != uploads {
		t.Errorf("%d slots are taken; want %d", n, uploads)
	}
	select {
	case <-arrived:
		t.Error("one more part is under way")
	case <-done:
		t.Error("an output did not wait")
	default:
	}
	close(release)
	for range outputs {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestTooManyParts(t *testing.T) {
	t.Parallel()
	s := newStore(t, server.URL, quick, Options{})
	name := storage.Join(root(t), "object")
	out, err := s.Create(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	out.(*output).parts = make([]*types.CompletedPart, maxParts)
	_, err = out.Write(make([]byte, storagetest.PartSize))
	if want := "write " + name + ": object is larger than 10000 parts of 5242880 bytes: choose a smaller file size or larger parts"; err == nil || err.Error() != want {
		t.Errorf("error is %q; want %q", err, want)
	}
	if err := out.Abort(); err != nil {
		t.Error(err)
	}
}
