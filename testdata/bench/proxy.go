package main

import (
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"time"

	"batchreport/convert/storage/storagetest"
)

// proxy stands before an S3 server: it answers each request later than the server, as one
// that is far away does, and counts requests by their kind.
type proxy struct {
	url    string
	delay  time.Duration
	server *http.Server

	mu     sync.Mutex
	counts map[storagetest.Kind]int
}

// startProxy starts a proxy before the server.
func startProxy(s *server, delay time.Duration) (*proxy, error) {
	to := &url.URL{Scheme: "http", Host: s.address}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{url: "http://" + l.Addr().String(), delay: delay, counts: map[storagetest.Kind]int{}}
	const idle = 256 // connections that stay open for the next request
	forward := &httputil.ReverseProxy{
		// The Host header stays as it is, since it is signed.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = to.Scheme, to.Host, r.In.Host
		},
		Transport: &http.Transport{MaxIdleConnsPerHost: idle, DisableCompression: true},
	}
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.counts[storagetest.KindOf(r)]++
		p.mu.Unlock()
		select {
		case <-time.After(p.delay):
		case <-r.Context().Done():
			return
		}
		forward.ServeHTTP(w, r)
	})}
	go p.server.Serve(l) //nolint:errcheck // it returns when the proxy is closed
	return p, nil
}

func (p *proxy) close() {
	p.server.Close() //nolint:errcheck // there is nothing to do about it
}

// take returns how many requests there were of each kind since it was called last.
func (p *proxy) take() map[storagetest.Kind]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	counts := p.counts
	p.counts = map[storagetest.Kind]int{}
	return counts
}

// sum adds up counts.
func sum(counts map[storagetest.Kind]int) (n int) {
	for kind := range maps.Keys(counts) {
		n += counts[kind]
	}
	return n
}

// kinds returns the kinds that were counted, in order.
func kinds(counts map[storagetest.Kind]int) []storagetest.Kind {
	return slices.Sorted(maps.Keys(counts))
}
