package s3

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// Who is interrupted while S3 acts cannot know, and is told both.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newPlain(t, proxy.URL)
	name := storage.Join(root(t), "object")
	p := committed(t, s, name, []byte("data"))
	tests := []struct {
		name string
		kind storagetest.Kind
		call func(ctx context.Context) error
	}{
		{"publish", storagetest.CompleteMultipartUpload, func(ctx context.Context) error { return s.Publish(ctx, p) }},
		{"swap", storagetest.PutObject, func(ctx context.Context) error {
			_, err := s.Swap(ctx, name+".swap", nil, "")
			return err
		}},
	}
	for _, tt := range tests {
		cause := errors.New("the reason")
		ctx, cancel := context.WithCancelCause(t.Context())
		proxy.Break(tt.kind, 0, 1, storagetest.After(func(http.ResponseWriter, *http.Request, http.Handler) {
			cancel(cause)
			panic(http.ErrAbortHandler)
		}))
		err := tt.call(ctx)
		wantKind(t, err, storage.ErrUnknown)
		if !errors.Is(err, cause) {
			t.Errorf("%s = %v; want %v", tt.name, err, cause)
		}
		if err := tt.call(t.Context()); err != nil {
			t.Errorf("%s again = %v", tt.name, err)
		}
	}
}

// What never left this machine was not done.
func TestNotSent(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := newPlain(t, "http://"+l.Addr().String())
	wantKind(t, s.Publish(t.Context(), storage.Pending{Name: "s3://bucket/object", UploadID: "id", ETags: []string{"x"}}), errPlain)
	_, err = s.Swap(t.Context(), "s3://bucket/object", nil, "")
	wantKind(t, err, errPlain)
}
