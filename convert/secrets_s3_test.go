package convert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"batchreport/convert/storage/storagetest"
)

// lockedBuffer is a buffer that several goroutines write to.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// What proves who we are is in no message, plan, record or pending file: not in
// a byte that is sent but for the headers that S3 wants it in.
func TestS3Secrets(t *testing.T) {
	r := startS3(t)
	const token = "SENTINEL-session-token"
	t.Setenv("AWS_SESSION_TOKEN", token)

	var seen lockedBuffer
	// note notes what is sent to a proxy. The server knows no tokens.
	note := func(proxy *storagetest.Proxy) {
		strip := proxy.Strip("X-Amz-Security-Token")
		proxy.Break(storagetest.Any, 0, -1, func(w http.ResponseWriter, req *http.Request, forward http.Handler) {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&seen, "%s\n%s\n", req.URL, body)
			if req.Header.Get("X-Amz-Security-Token") != token {
				t.Errorf("%s %s has no token", req.Method, req.URL.Path)
			}
			req.Body = io.NopCloser(bytes.NewReader(body))
			strip(w, req, forward)
		})
	}
	proxy := r.server.NewProxy(t)
	note(proxy)
	store := r.open(t, proxy)
	o := s3Options
	o.Log = slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p, err := MakePlan(t.Context(), store, []string{r.source}, r.dest(t), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&seen, "%s\n", data)
	for _, fault := range []storagetest.Fault{
		storagetest.Answer(403, "SignatureDoesNotMatch"), storagetest.Answer(403, "ExpiredToken"),
		storagetest.Answer(503, "SlowDown"), storagetest.Reset,
	} {
		broken := r.server.NewProxy(t)
		broken.Break(storagetest.PutObject, 2, -1, fault)
		note(broken)
		if err := r.convert(t, r.open(t, broken), r.dest(t), o); err != nil {
			fmt.Fprintf(&seen, "%v\n%+v\n%#v\n", err, err, err)
		} else {
			t.Error("a run that cannot write succeeds")
		}
	}
	if err := r.convert(t, store, r.dest(t), o); err != nil {
		t.Fatal(err)
	}
	for name, data := range r.tree(t, r.dest(t)) {
		fmt.Fprintf(&seen, "%s\n%s\n", name, data)
	}
	for _, secret := range []string{r.server.SecretKey, token} {
		if all := seen.buf.String(); strings.Contains(all, secret) {
			t.Errorf("%d bytes seen hold a secret", len(all))
		}
	}
}
