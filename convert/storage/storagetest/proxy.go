package storagetest

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Proxy stands in front of a Server, notes what goes by, and breaks it as told.
// It leaves the Host header alone, so that signatures still verify.
type Proxy struct {
	// URL is the endpoint, http://127.0.0.1:port.
	URL string

	server    *httptest.Server
	transport *http.Transport
	closing   chan struct{}

	mu     sync.Mutex
	seen   []Request
	faults []*fault
}

// Request is a request that went by.
type Request struct {
	Kind   Kind
	Path   string // as sent, still escaped
	Header http.Header
}

// Kind is what a request is for, by the name that S3 gives the operation.
type Kind string

// The requests that a store makes. Other is anything else.
const (
	GetObject               Kind = "GetObject"
	HeadObject              Kind = "HeadObject"
	PutObject               Kind = "PutObject"
	DeleteObject            Kind = "DeleteObject"
	ListObjects             Kind = "ListObjectsV2"
	ListMultipartUploads    Kind = "ListMultipartUploads"
	CreateMultipartUpload   Kind = "CreateMultipartUpload"
	UploadPart              Kind = "UploadPart"
	CompleteMultipartUpload Kind = "CompleteMultipartUpload"
	AbortMultipartUpload    Kind = "AbortMultipartUpload"
	Other                   Kind = "other"
)

// kindOf tells by method and query; addresses are path-style.
func kindOf(r *http.Request) Kind {
	q := r.URL.Query()
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case key == "" && q.Has("uploads"):
		return ListMultipartUploads
	case key == "" && q.Has("list-type"):
		return ListObjects
	case key == "":
		return Other
	case q.Has("uploads"):
		return CreateMultipartUpload
	case q.Has("partNumber"):
		return UploadPart
	case q.Has("uploadId") && r.Method == http.MethodPost:
		return CompleteMultipartUpload
	case q.Has("uploadId"):
		return AbortMultipartUpload
	}
	return map[string]Kind{"GET": GetObject, "HEAD": HeadObject, "PUT": PutObject, "DELETE": DeleteObject}[r.Method]
}

// Fault is what happens to a request instead of an answer.
type Fault func(w http.ResponseWriter, r *http.Request, forward http.Handler)

type fault struct {
	kind Kind
	skip int // requests that pass before
	n    int // requests that are hit; negative means all
	do   Fault
}

// Break makes f happen to n requests of a kind, after skip others of that kind
// went by unharmed. A negative n means all from then on.
func (p *Proxy) Break(kind Kind, skip, n int, f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &fault{kind: kind, skip: skip, n: n, do: f})
}

// Seen returns the requests of a kind that came, broken ones too.
func (p *Proxy) Seen(kind Kind) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var seen []Request
	for _, r := range p.seen {
		if r.Kind == kind {
			seen = append(seen, r)
		}
	}
	return seen
}

// Kinds returns the kinds of the requests that came, each once, sorted.
func (p *Proxy) Kinds() []Kind {
	p.mu.Lock()
	defer p.mu.Unlock()
	var kinds []Kind
	for _, r := range p.seen {
		kinds = append(kinds, r.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func newProxy(socket string) *Proxy {
	p := &Proxy{transport: socketTransport(socket), closing: make(chan struct{})}
	quiet := log.New(io.Discard, "", 0)
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "server"})
			r.Out.Host = r.In.Host
		},
		Transport: p.transport,
		ErrorLog:  quiet,
	}
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := p.note(r); f != nil {
			f(w, r, forward)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	p.server.Config.ErrorLog = quiet
	p.server.Start()
	p.URL = p.server.URL
	return p
}

// note records a request and returns the fault that waits for it.
func (p *Proxy) note(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	kind := kindOf(r)
	p.seen = append(p.seen, Request{Kind: kind, Path: r.URL.EscapedPath(), Header: r.Header.Clone()})
	for _, f := range p.faults {
		switch {
		case f.kind != kind || f.n == 0:
			continue
		case f.skip > 0:
			f.skip--
			continue
		}
		f.n--
		return f.do
	}
	return nil
}

// Close cuts all connections.
func (p *Proxy) Close() {
	close(p.closing)
	p.server.CloseClientConnections()
	p.server.Close()
	p.transport.CloseIdleConnections()
}

// Answer is a Fault that answers with an error of S3, without asking the server;
// without a code the answer has no body. Headers come in pairs.
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
func Lose(_ http.ResponseWriter, r *http.Request, forward http.Handler) {
	forward.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
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
		body[n] ^= 1
		_, _ = w.Write(body)
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
	rec := httptest.NewRecorder()
	rec.Body = new(bytes.Buffer)
	forward.ServeHTTP(rec, r)
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(rec.Body.Len()))
	w.WriteHeader(rec.Code)
	return rec.Body.Bytes()
}
