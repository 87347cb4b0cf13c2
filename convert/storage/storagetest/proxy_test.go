package storagetest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// ask sends a request for an object through a proxy and returns its status, 0 for no answer.
func ask(t *testing.T, p *Proxy, method string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.URL+"/b/k", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Error(err)
	}
	return resp.StatusCode
}

// Requests that nothing breaks go to a socket that nobody listens on: 502.
func TestBreak(t *testing.T) {
	t.Parallel()
	p := newProxy("nothing", "secret", (*httptest.Server).Start)
	defer p.Close()
	p.Break(GetObject, 1, 2, Answer(503, "SlowDown"))
	p.Break(Any, 2, -1, Answer(500, "InternalError"))
	var got []int
	for range 5 {
		got = append(got, ask(t, p, http.MethodGet))
	}
	// The second fault is not asked about the requests that the first one took.
	if want := []int{502, 503, 503, 502, 500}; !slices.Equal(got, want) {
		t.Errorf("answers are %d; want %d", got, want)
	}
	if status := ask(t, p, http.MethodPut); status != 500 {
		t.Errorf("PUT is answered with %d; want 500", status)
	}
	p.Mend()
	ask(t, p, http.MethodPut)
	for kind, want := range map[Kind][2]int{GetObject: {5, 3}, PutObject: {2, 1}, Any: {7, 4}, HeadObject: {}} {
		if came, broken := p.Count(kind), p.Broken(kind); came != want[0] || broken != want[1] {
			t.Errorf("%s: %d came and %d broke; want %d", kind, came, broken, want)
		}
	}
}

func TestBreakSome(t *testing.T) {
	t.Parallel()
	const n = 200
	run := func(probability float64, seed uint64) (got []int) {
		p := newProxy("nothing", "secret", (*httptest.Server).Start)
		defer p.Close()
		p.BreakSome(HeadObject, probability, seed, Answer(500, ""))
		for range n {
			got = append(got, ask(t, p, http.MethodHead))
		}
		return got
	}
	count := func(got []int) (broken int) {
		for _, status := range got {
			if status == 500 {
				broken++
			}
		}
		return broken
	}
	one := run(0.3, 1)
	if !slices.Equal(one, run(0.3, 1)) {
		t.Error("the same seed breaks others")
	}
	if slices.Equal(one, run(0.3, 2)) {
		t.Error("another seed breaks the same")
	}
	if broken := count(one); broken < n/5 || broken > n/2 {
		t.Errorf("%d of %d are broken; want about 3 in 10", broken, n)
	}
	if none, all := count(run(0, 1)), count(run(1, 1)); none != 0 || all != n {
		t.Errorf("%d and %d of %d are broken; want none and all", none, all, n)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, path string
		want         Kind
	}{
		{"GET", "/b/k", GetObject},
		{"HEAD", "/b/k/x", HeadObject},
		{"PUT", "/b/k", PutObject},
		{"DELETE", "/b/k", DeleteObject},
		{"GET", "/b?list-type=2&prefix=k", ListObjects},
		{"GET", "/b?uploads", ListMultipartUploads},
		{"POST", "/b/k?uploads", CreateMultipartUpload},
		{"PUT", "/b/k?partNumber=1&uploadId=u", UploadPart},
		{"POST", "/b/k?uploadId=u", CompleteMultipartUpload},
		{"DELETE", "/b/k?uploadId=u", AbortMultipartUpload},
		{"GET", "/b/k?uploadId=u", ListParts},
		{"POST", "/b?delete", DeleteObjects},
		{"GET", "/b", Other},
		{"PATCH", "/b/k", Other},
	}
	for _, tt := range tests {
		if got := KindOf(httptest.NewRequest(tt.method, tt.path, nil)); got != tt.want {
			t.Errorf("%s %s is %q; want %q", tt.method, tt.path, got, tt.want)
		}
	}
}

// The example of AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html,
// GET object, with its Range header, and with one more that was taken away.
func TestSign(t *testing.T) {
	t.Parallel()
	const credential = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
	r := &http.Request{
		Method: http.MethodGet,
		Host:   "examplebucket.s3.amazonaws.com",
		URL:    &url.URL{Path: "/test.txt"},
		Header: http.Header{
			"Range":                {"bytes=0-9"},
			"X-Amz-Content-Sha256": {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
			"X-Amz-Date":           {"20130524T000000Z"},
			"Authorization":        {credential + ", SignedHeaders=host;if-match;range;x-amz-content-sha256;x-amz-date, Signature=0"},
		},
	}
	sign(r, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
	want := credential + ", SignedHeaders=host;range;x-amz-content-sha256;x-amz-date" +
		", Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("signed\n%s; want\n%s", got, want)
	}
	if got, want := canonicalQuery("uploads&prefix=a%2Fb&max=1"), "max=1&prefix=a%2Fb&uploads="; got != want {
		t.Errorf("canonical query is %s; want %s", got, want)
	}
	anonymous := &http.Request{Header: http.Header{}}
	if sign(anonymous, "secret"); strings.Contains(anonymous.Header.Get("Authorization"), "AWS4") {
		t.Error("an anonymous request is signed")
	}
}
