package storagetest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Fault is what happens to a request instead of an answer. It may ask the server
// by forward.
type Fault func(w http.ResponseWriter, r *http.Request, forward http.Handler)

// Answer is a Fault that answers with an error of S3, without asking the server;
// without a code the answer has no body. A status of 200 with a code is what S3
// says where it fails after it began to answer. Headers come in pairs.
func Answer(status int, code string, headers ...string) Fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("X-Amz-Request-Id", "REQUEST1")
		for pair := range slices.Chunk(headers, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		w.WriteHeader(status)
		if code == "" {
			return
		}
		fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>Message of\n %[1]s</Message></Error>", code)
	}
}

// Reset is a Fault that cuts the connection before the server heard of it.
func Reset(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// Lose is a Fault that cuts the connection after the server has acted.
func Lose(w http.ResponseWriter, r *http.Request, forward http.Handler) { After(Reset)(w, r, forward) }

// After is a Fault that lets the server act, and then f happen to its answer:
// After(Answer(500, "InternalError")) is an error of what was done all the same.
func After(f Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		forward.ServeHTTP(httptest.NewRecorder(), r)
		f(w, r, forward)
	}
}

// Cut is a Fault that cuts the connection after n bytes of the answer's body.
func Cut(n int) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		body := replay(w, r, forward)
		_, _ = w.Write(body[:min(n, len(body))])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// Flip is a Fault that flips a bit of byte n of the answer's body.
func Flip(n int) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		body := replay(w, r, forward)
		if n < len(body) {
			body[n] ^= 1
		}
		_, _ = w.Write(body)
	}
}

// FlipSent is a Fault that flips a bit of byte n of the request's body.
func FlipSent(n int) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if n < len(body) {
			body[n] ^= 1
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		forward.ServeHTTP(w, r)
	}
}

// Strip returns a Fault that takes headers from a request, as if its sender had
// signed it without: of a store that ignores what it does not know.
func (p *Proxy) Strip(headers ...string) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		for _, name := range headers {
			r.Header.Del(name)
		}
		sign(r, p.secret)
		forward.ServeHTTP(w, r)
	}
}

// ExactKeys returns a Fault for ListMultipartUploads, by which uploads are listed only
// where the prefix is the whole key of their object, as MinIO does
// (https://github.com/minio/minio/issues/13246): of all others there are none.
func ExactKeys(w http.ResponseWriter, r *http.Request, forward http.Handler) {
	rec := record(w, r, forward)
	prefix := r.URL.Query().Get("prefix")
	var kept bytes.Buffer
	for rest := rec.Body.Bytes(); ; {
		before, upload, found := bytes.Cut(rest, []byte("<Upload>"))
		kept.Write(before)
		if !found {
			break
		}
		upload, rest, _ = bytes.Cut(upload, []byte("</Upload>"))
		_, key, _ := bytes.Cut(upload, []byte("<Key>"))
		key, _, _ = bytes.Cut(key, []byte("</Key>"))
		if name, err := url.QueryUnescape(string(key)); err == nil && name == prefix {
			kept.WriteString("<Upload>" + string(upload) + "</Upload>")
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(kept.Len()))
	w.WriteHeader(rec.Code)
	_, _ = w.Write(kept.Bytes())
}

// Delay returns a Fault that keeps a request back for d, unless the proxy is
// closed or the client goes away.
func (p *Proxy) Delay(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			forward.ServeHTTP(w, r)
		case <-p.closing:
		case <-r.Context().Done():
		}
	}
}

// Together returns a Fault that keeps requests back until n different ones have
// come: for ever, if the client waits for the answer to one of them.
func Together(n int) Fault {
	var mu sync.Mutex
	came, all := map[string]bool{}, make(chan struct{})
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		mu.Lock()
		if came[r.URL.Path+r.Header.Get("Range")] = true; len(came) == n {
			n = -1
			close(all)
		}
		mu.Unlock()
		select {
		case <-all:
			forward.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// Stall returns a Fault that sends n bytes of the answer's body and then nothing,
// until the proxy is closed or the client goes away. With a negative n nothing
// moves at all, and the server never hears of the request.
func (p *Proxy) Stall(n int) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		if n >= 0 {
			body := replay(w, r, forward)
			_, _ = w.Write(body[:min(n, len(body))])
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-p.closing:
		case <-r.Context().Done():
		}
	}
}

// replay lets the server act, copies status and headers of its answer to w and
// returns the body.
func replay(w http.ResponseWriter, r *http.Request, forward http.Handler) []byte {
	rec := record(w, r, forward)
	w.Header().Set("Content-Length", strconv.Itoa(rec.Body.Len()))
	w.WriteHeader(rec.Code)
	return rec.Body.Bytes()
}

// record lets the server act, copies the headers of its answer to w and returns it.
func record(w http.ResponseWriter, r *http.Request, forward http.Handler) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	rec.Body = new(bytes.Buffer)
	forward.ServeHTTP(rec, r)
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	return rec
}
