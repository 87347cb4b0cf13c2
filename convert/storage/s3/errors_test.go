package s3

import (
	"errors"
	"io/fs"
	"net"
	"strings"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	const get, head, list, put = storagetest.GetObject, storagetest.HeadObject, storagetest.ListObjects, storagetest.PutObject
	const uploads, parts = storagetest.ListMultipartUploads, storagetest.ListParts
	tests := []struct {
		kind   storagetest.Kind
		status int
		code   string
		is     error
		hint   string // a part of it
	}{
		{get, 403, "AccessDenied", fs.ErrPermission, "s3:GetObject on arn:aws:s3:::b/folder/object"},
		{list, 403, "AccessDenied", fs.ErrPermission, "s3:ListBucket on arn:aws:s3:::b"},
		{uploads, 403, "AccessDenied", fs.ErrPermission, "s3:ListBucketMultipartUploads on arn:aws:s3:::b"},
		{parts, 403, "AccessDenied", fs.ErrPermission, "s3:ListMultipartUploadParts on arn:aws:s3:::b/folder/object"},
		{parts, 404, "NoSuchUpload", fs.ErrNotExist, ""},
		{get, 412, "PreconditionFailed", storage.ErrConflict, "run the same command again"},
		{put, 403, "AccessDenied", fs.ErrPermission, "s3:PutObject on arn:aws:s3:::b/folder/object"},
		{head, 403, "", fs.ErrPermission, "s3:GetObject on arn:aws:s3:::b/folder/object"},
		{head, 404, "", fs.ErrNotExist, ""},
		{get, 404, "NoSuchKey", fs.ErrNotExist, ""},
		{get, 404, "NoSuchBucket", nil, "bucket's name"},
		{get, 404, "InvalidAccessKeyId", fs.ErrPermission, "access key"},
		{get, 400, "ExpiredToken", fs.ErrPermission, "expired"},
		{get, 403, "SignatureDoesNotMatch", fs.ErrPermission, "secret key"},
		{get, 403, "RequestTimeTooSkewed", fs.ErrPermission, "clock"},
		{get, 301, "PermanentRedirect", nil, "another region"},
		{get, 403, "InvalidObjectState", nil, "restore"},
		{put, 400, "KMS.DisabledException", nil, "KMS key"},
		{put, 503, "SlowDown", nil, "later"},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind)+" "+tt.code, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			proxy.Break(tt.kind, 0, -1, storagetest.Answer(tt.status, tt.code))
			name := "s3://b/folder/object"
			var err error
			switch tt.kind {
			case get:
				_, err = s.Open(t.Context(), name, "")
			case head:
				_, err = s.Stat(t.Context(), name)
			case put:
				err = s.Put(t.Context(), name, nil)
			case parts:
				err = s.Check(t.Context(), storage.Pending{Name: name, UploadID: "id"})
			case uploads:
				for _, err = range s.Unpublished(t.Context(), name, "") {
				}
			case list:
				for _, err = range s.List(t.Context(), name) {
				}
			}
			wantError(t, err, name, tt.is, tt.hint)
			if text := tt.code + ": Message of " + tt.code + " (request REQUEST1)"; tt.code != "" && tt.status != 412 && !strings.Contains(err.Error(), text) {
				t.Errorf("error is %q; want %q in it", err, text)
			}
		})
	}
}

// wantError checks that err is one line that names the object once, with a hint.
func wantError(t *testing.T, err error, name string, is error, hint string) {
	t.Helper()
	var se *storage.Error
	if !errors.As(err, &se) {
		t.Fatalf("error is %#v; want a *storage.Error", err)
	}
	for _, kind := range kinds {
		if errors.Is(err, kind) != errors.Is(is, kind) {
			t.Errorf("%q is %v: %t", err, kind, errors.Is(err, kind))
		}
	}
	if !strings.Contains(se.Hint, hint) || hint == "" && se.Hint != "" {
		t.Errorf("hint is %q; want %q", se.Hint, hint)
	}
	text := err.Error()
	if strings.Contains(text, "\n") || strings.Contains(text, "operation error") || strings.Count(text, name) != 1 {
		t.Errorf("error is %q; want one short line", text)
	}
	for _, secret := range []string{server.AccessKey, server.SecretKey} {
		if strings.Contains(text+se.Hint, secret) {
			t.Errorf("error shows a secret: %s", text)
		}
	}
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := newStore(t, "http://"+l.Addr().String(), quick, Options{})
	name := "s3://bucket/object"
	_, err = s.Stat(t.Context(), name)
	wantError(t, err, name, nil, "check the endpoint http://"+l.Addr().String())
	if want := "stat " + name + ": dial tcp " + l.Addr().String() + ": connect: connection refused, 6 times"; err.Error() != want {
		t.Errorf("error is %q; want %q", err, want)
	}
}

// Not parallel: it changes the environment.
func TestNoCredentials(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	s := newStore(t, server.URL, quick, Options{})
	name := "s3://bucket/object"
	_, err := s.Stat(t.Context(), name)
	wantError(t, err, name, fs.ErrPermission, "AWS_PROFILE")
	if !strings.HasPrefix(err.Error(), "stat "+name+": no AWS credentials: ") {
		t.Errorf("error is %q", err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	s := newStore(t, server.URL, quick, Options{})
	for _, name := range []string{"s3://", "s3:///key", "s3://bucket", "s3://bucket/", "path", ""} {
		if _, err := s.Stat(t.Context(), name); err == nil {
			t.Errorf("Stat(%q) succeeds", name)
		}
		if _, err := s.Create(t.Context(), name, ""); err == nil {
			t.Errorf("Create(%q) succeeds", name)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		opts Options
		want []string // parts of the error; none if valid
	}{
		{"zero", Options{}, nil},
		{"all", Options{SSE: "aws:kms:dsse", SSEKMSKeyID: "id", StorageClass: "GLACIER_IR", ExpectedBucketOwner: "123456789012", EndpointURL: "https://localhost", PartSize: 5 << 20}, nil},
		{
			"several",
			Options{SSE: "aes", StorageClass: "COLD", ExpectedBucketOwner: "me", EndpointURL: "localhost:9000", PartSize: 1 << 20, ReadAhead: -5},
			[]string{`"aes"`, `"COLD"`, `"me"`, `"localhost:9000"`, "1048576", "-5"},
		},
		{"key without KMS", Options{SSE: "AES256", SSEKMSKeyID: "id"}, []string{"KMS key"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.opts.Validate()
			if (err != nil) != (len(tt.want) > 0) {
				t.Fatalf("Validate = %v", err)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in %q", part, err)
				}
			}
		})
	}
}
