package storagetest

import (
	"encoding/pem"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Proxy stands in front of a Server, notes what goes by, and breaks it as told:
//
//	proxy := server.NewProxy(t)
//	proxy.Break(storagetest.PutObject, 0, 1, storagetest.Lose)                     // the first PUT
//	proxy.Break(storagetest.UploadPart, 2, -1, storagetest.Answer(503, "SlowDown")) // from the third part on
//	proxy.BreakSome(storagetest.Any, 0.1, seed, storagetest.Reset)                 // one request in ten
//
// It leaves the Host header alone, so that signatures still verify. It is safe
// for concurrent use.
type Proxy struct {
	// URL is the endpoint, http://127.0.0.1:port, or https:// of NewTLSProxy.
	URL string

	secret    string // of whoever signs requests
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
	Method string
	Path   string // as sent, still escaped
	Query  url.Values
	Header http.Header
	Broken bool // a fault happened to it
}

// Kind is what a request is for, by the name that S3 gives the operation.
type Kind string

// The requests that a store makes. Other is anything else, and Any stands for
// all of them.
const (
	GetObject               Kind = "GetObject"
	HeadObject              Kind = "HeadObject"
	PutObject               Kind = "PutObject"
	DeleteObject            Kind = "DeleteObject"
	DeleteObjects           Kind = "DeleteObjects"
	ListObjects             Kind = "ListObjectsV2"
	ListMultipartUploads    Kind = "ListMultipartUploads"
	ListParts               Kind = "ListParts"
	CreateMultipartUpload   Kind = "CreateMultipartUpload"
	UploadPart              Kind = "UploadPart"
	CompleteMultipartUpload Kind = "CompleteMultipartUpload"
	AbortMultipartUpload    Kind = "AbortMultipartUpload"
	Other                   Kind = "other"
	Any                     Kind = "any"
)

// KindOf tells what a request is for by method and query; addresses are path-style.
func KindOf(r *http.Request) Kind {
	q := r.URL.Query()
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case key == "" && q.Has("uploads"):
		return ListMultipartUploads
	case key == "" && q.Has("list-type"):
		return ListObjects
	case key == "" && q.Has("delete"):
		return DeleteObjects
	case key == "":
		return Other
	case q.Has("uploads"):
		return CreateMultipartUpload
	case q.Has("partNumber"):
		return UploadPart
	case q.Has("uploadId") && r.Method == http.MethodPost:
		return CompleteMultipartUpload
	case q.Has("uploadId") && r.Method == http.MethodGet:
		return ListParts
	case q.Has("uploadId"):
		return AbortMultipartUpload
	}
	switch r.Method {
	case http.MethodGet:
		return GetObject
	case http.MethodHead:
		return HeadObject
	case http.MethodPut:
		return PutObject
	case http.MethodDelete:
		return DeleteObject
	}
	return Other
}

func (k Kind) holds(other Kind) bool { return k == Any || k == other }

type fault struct {
	kind Kind
	hits func() bool // asked at each request of that kind
	do   Fault
}

// Break makes f happen to n requests of a kind, after skip others of that kind
// went by unharmed. A negative n means all from then on. Of several faults that
// wait for a request the one that was asked for first happens.
func (p *Proxy) Break(kind Kind, skip, n int, f Fault) {
	p.add(kind, f, func() bool {
		if skip > 0 {
			skip--
			return false
		}
		if n > 0 {
			n--
			return true
		}
		return n < 0
	})
}

// BreakSome makes f happen to each request of a kind with a probability of 0 to
// 1. The same seed hits the same requests of an order that is the same.
func (p *Proxy) BreakSome(kind Kind, probability float64, seed uint64, f Fault) {
	random := rand.New(rand.NewPCG(seed, 0))
	p.add(kind, f, func() bool { return random.Float64() < probability })
}

func (p *Proxy) add(kind Kind, f Fault, hits func() bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &fault{kind: kind, hits: hits, do: f})
}

// Mend ends all faults. Those that are happening go on.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// Count returns the number of requests of a kind that came.
func (p *Proxy) Count(kind Kind) int { return len(p.Seen(kind)) }

// Broken returns the number of requests of a kind that a fault happened to.
func (p *Proxy) Broken(kind Kind) (n int) {
	for _, r := range p.Seen(kind) {
		if r.Broken {
			n++
		}
	}
	return n
}

// Seen returns the requests of a kind that came, in their order, broken ones too.
func (p *Proxy) Seen(kind Kind) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var seen []Request
	for _, r := range p.seen {
		if kind.holds(r.Kind) {
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

// CA is the certificate of a proxy with TLS, in PEM, for AWS_CA_BUNDLE.
func (p *Proxy) CA() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.server.Certificate().Raw})
}

// copies are the buffers of all proxies, which would otherwise make one for each answer.
var copies = &buffers{}

// buffers is an httputil.BufferPool.
type buffers struct{ free sync.Pool }

// Get implements httputil.BufferPool.
func (b *buffers) Get() []byte {
	if p, ok := b.free.Get().(*[]byte); ok {
		return *p
	}
	return make([]byte, 32<<10)
}

// Put implements httputil.BufferPool.
func (b *buffers) Put(p []byte) { b.free.Put(&p) }

func newProxy(socket, secret string, start func(*httptest.Server)) *Proxy {
	p := &Proxy{secret: secret, transport: socketTransport(socket), closing: make(chan struct{})}
	quiet := log.New(io.Discard, "", 0)
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "server"})
			r.Out.Host = r.In.Host
		},
		Transport:  p.transport,
		ErrorLog:   quiet,
		BufferPool: copies,
	}
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := p.note(r); f != nil {
			f(w, r, forward)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	p.server.Config.ErrorLog = quiet
	start(p.server)
	p.URL = p.server.URL
	return p
}

// note records a request and returns the fault that waits for it.
func (p *Proxy) note(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	kind := KindOf(r)
	var do Fault
	for _, f := range p.faults {
		if f.kind.holds(kind) && f.hits() {
			do = f.do
			break
		}
	}
	p.seen = append(p.seen, Request{
		Kind: kind, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header.Clone(), Broken: do != nil,
	})
	return do
}

// Close cuts all connections.
func (p *Proxy) Close() {
	close(p.closing)
	p.server.CloseClientConnections()
	p.server.Close()
	p.transport.CloseIdleConnections()
}
