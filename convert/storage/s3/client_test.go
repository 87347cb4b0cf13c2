package s3

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// newChecking returns a store that uses checksums as it does on AWS.
func newChecking(t *testing.T, endpoint string) *Store {
	t.Helper()
	s := newStore(t, endpoint, quick, Options{})
	s.client = awss3.New(s.client.Options(), func(o *awss3.Options) {
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
	})
	return s
}

func TestStoreWithChecksums(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) (storage.Store, string) {
		return newChecking(t, server.URL), root(t)
	})
}

// everything makes a store send each of its requests.
func everything(t *testing.T, s *Store, folder string) {
	t.Helper()
	name := storage.Join(folder, "object")
	for range 2 {
		out, err := s.Create(t.Context(), name, "")
		if err != nil {
			t.Fatal(err)
		}
		defer out.Abort()
		if _, err := out.Write([]byte("data")); err != nil {
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
	out, err := s.Create(t.Context(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Abort(); err != nil {
		t.Fatal(err)
	}
	for _, err := range s.List(t.Context(), folder) {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, stat := s.Stat(t.Context(), name)
	r, open := s.Open(t.Context(), name, "")
	if err := errors.Join(stat, open); err != nil {
		t.Fatal(err)
	}
	r.Close()
	for _, err := range s.Unpublished(t.Context(), folder, "") {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(t.Context(), storage.Pending{Name: name, UploadID: "none"}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if _, err := s.Swap(t.Context(), name+".swap", nil, ""); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Put(t.Context(), name, nil), s.Delete(t.Context(), name)); err != nil {
		t.Fatal(err)
	}
}

var allKinds = []storagetest.Kind{
	storagetest.AbortMultipartUpload, storagetest.CompleteMultipartUpload, storagetest.CreateMultipartUpload,
	storagetest.DeleteObject, storagetest.GetObject, storagetest.HeadObject,
	storagetest.ListMultipartUploads, storagetest.ListObjects, storagetest.ListParts, storagetest.PutObject, storagetest.UploadPart,
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	begins := []storagetest.Kind{storagetest.PutObject, storagetest.CreateMultipartUpload}
	tests := []struct {
		name   string
		opts   Options
		header string
		want   string
		on     []storagetest.Kind
	}{
		{"encryption", Options{SSE: "AES256"}, "X-Amz-Server-Side-Encryption", "AES256", begins},
		{"encryption with KMS", Options{SSE: "aws:kms", SSEKMSKeyID: "id"}, "X-Amz-Server-Side-Encryption", "aws:kms", begins},
		{"KMS key", Options{SSE: "aws:kms", SSEKMSKeyID: "id"}, "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", "id", begins},
		{"storage class", Options{StorageClass: "STANDARD_IA"}, "X-Amz-Storage-Class", "STANDARD_IA", begins},
		{"requester pays", Options{RequesterPays: true}, "X-Amz-Request-Payer", "requester", allKinds},
		{"bucket owner", Options{ExpectedBucketOwner: "123456789012"}, "X-Amz-Expected-Bucket-Owner", "123456789012", allKinds},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, tt.opts)
			everything(t, s, root(t))
			if got := proxy.Kinds(); !slices.Equal(got, allKinds) {
				t.Fatalf("requests are %q; want %q", got, allKinds)
			}
			for _, kind := range allKinds {
				want := ""
				if slices.Contains(tt.on, kind) {
					want = tt.want
				}
				for _, req := range proxy.Seen(kind) {
					if got := req.Header.Get(tt.header); got != want {
						t.Errorf("%s has %q; want %q", kind, got, want)
					}
					if want != "" && !strings.Contains(req.Header.Get("Authorization"), strings.ToLower(tt.header)) {
						t.Errorf("%s does not sign %s", kind, tt.header)
					}
				}
			}
		})
	}
}

// Keys are sent as they are: the server's own, which are paths, cannot show it.
func TestKeysVerbatim(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	proxy.Break(storagetest.HeadObject, 0, -1, storagetest.Answer(404, "NotFound"))
	tests := []struct{ name, path string }{
		{"s3://b/a", "/b/a"},
		{"s3://b//a//b", "/b//a//b"},
		{"s3://b/a/../b/./c", "/b/a/../b/./c"},
		{"s3://b/a%2Fb+c d", "/b/a%252Fb%2Bc%20d"},
		{"s3://b/ä?x=1&y#z", "/b/%C3%A4%3Fx%3D1%26y%23z"},
		{"s3://b/folder/", "/b/folder/"},
	}
	for i, tt := range tests {
		if _, err := s.Stat(t.Context(), tt.name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Stat(%s) = %v; want fs.ErrNotExist", tt.name, err)
		}
		if got := proxy.Seen(storagetest.HeadObject)[i].Path; got != tt.path {
			t.Errorf("%s is asked for as %s; want %s", tt.name, got, tt.path)
		}
	}
}

func TestChecksumsSent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		store func(t *testing.T, endpoint string) *Store
		want  bool
	}{
		{"AWS", newChecking, true},
		{"custom endpoint", func(t *testing.T, endpoint string) *Store { return newStore(t, endpoint, quick, Options{}) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			everything(t, tt.store(t, proxy.URL), root(t))
			for _, kind := range []storagetest.Kind{storagetest.PutObject, storagetest.UploadPart} {
				for _, req := range proxy.Seen(kind) {
					if got := req.Header.Get("X-Amz-Checksum-Crc32") != ""; got != tt.want {
						t.Errorf("%s has a checksum: %t; want %t", kind, got, tt.want)
					}
				}
			}
		})
	}
}

func TestCustom(t *testing.T) {
	t.Parallel()
	tests := []struct {
		endpoint *string
		want     bool
	}{
		{nil, false},
		{aws.String("https://s3.eu-west-1.amazonaws.com"), false},
		{aws.String("https://bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com"), false},
		{aws.String("https://s3.cn-north-1.amazonaws.com.cn"), false},
		{aws.String("http://localhost:9000"), true},
		{aws.String("https://s3.amazonaws.com.example.org"), true},
	}
	for _, tt := range tests {
		if got := custom(tt.endpoint); got != tt.want {
			t.Errorf("custom(%s) = %t; want %t", aws.ToString(tt.endpoint), got, tt.want)
		}
	}
}

// A bucket that is in another region is asked for there, once known at once.
func TestOtherRegion(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 400} {
		proxy := server.NewProxy(t)
		s := newStore(t, proxy.URL, quick, Options{Region: "us-west-2"})
		proxy.Break(storagetest.PutObject, 0, 1, storagetest.Answer(status, "PermanentRedirect", "X-Amz-Bucket-Region", server.Region))
		name := storage.Join(root(t), "object")
		for range 2 {
			if err := s.Put(t.Context(), name, []byte("data")); err != nil {
				t.Fatal(err)
			}
		}
		seen := proxy.Seen(storagetest.PutObject)
		for i, want := range []string{"us-west-2", server.Region, server.Region} {
			if got := seen[i].Header.Get("Authorization"); len(seen) != 3 || !strings.Contains(got, "/"+want+"/s3/") {
				t.Errorf("request %d of %d is signed %s; want region %s", i, len(seen), got, want)
			}
		}
	}
}

// What the environment and the profile say holds, as for the AWS command line.
// Not parallel: it changes the environment.
func TestConfiguration(t *testing.T) {
	proxy := server.NewProxy(t)
	profiles := filepath.Join(t.TempDir(), "config")
	profile := "endpoint_url = " + proxy.URL + "\naws_access_key_id = id\naws_secret_access_key = secret\n"
	text := "[profile mine]\n" + profile + "[profile careful]\nrequest_checksum_calculation = when_supported\n" + profile
	if err := os.WriteFile(profiles, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		env       map[string]string
		opts      Options
		checksums bool
		signed    bool
	}{
		{"endpoint of the environment", map[string]string{"AWS_ENDPOINT_URL": proxy.URL}, Options{}, false, true},
		{"endpoint of the environment for S3", map[string]string{"AWS_ENDPOINT_URL_S3": proxy.URL, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, Options{}, false, true},
		{"profile by option", nil, Options{Profile: "mine"}, false, true},
		{"profile of the environment", map[string]string{"AWS_PROFILE": "mine"}, Options{}, false, true},
		{"option before environment", map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, Options{EndpointURL: proxy.URL}, false, true},
		{"checksums by environment", map[string]string{"AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported"}, Options{EndpointURL: proxy.URL}, true, true},
		{"checksums by profile", nil, Options{Profile: "careful"}, true, true},
		{"not signed", nil, Options{EndpointURL: proxy.URL, NoSignRequest: true}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("AWS_CONFIG_FILE", profiles)
			t.Setenv("AWS_ENDPOINT_URL", "")
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			s, err := New(t.Context(), tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			proxy.Break(storagetest.PutObject, 0, 1, storagetest.Answer(200, ""))
			before := len(proxy.Seen(storagetest.PutObject))
			if err := s.Put(t.Context(), storage.Join(root(t), "object"), []byte("data")); err != nil {
				t.Fatal(err)
			}
			seen := proxy.Seen(storagetest.PutObject)[before:]
			if len(seen) != 1 {
				t.Fatalf("%d requests came; want 1", len(seen))
			}
			if got := seen[0].Header.Get("X-Amz-Checksum-Crc32") != ""; got != tt.checksums {
				t.Errorf("has a checksum: %t; want %t", got, tt.checksums)
			}
			if got := seen[0].Header.Get("Authorization") != ""; got != tt.signed {
				t.Errorf("is signed: %t; want %t", got, tt.signed)
			}
		})
	}
	if _, err := New(t.Context(), Options{Profile: "unknown"}); err == nil || !strings.HasPrefix(err.Error(), "load AWS configuration: ") {
		t.Errorf("New with an unknown profile = %v", err)
	}
}
