package storagetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a real S3 server, versitygw over a temporary folder, in memory where
// the machine has a place for that. It listens on a
// socket in that folder; what talks to it goes through a Proxy.
//
// Known differences from S3: it drops encryption and storage class, answers an
// unknown access key with 404, keys are paths, so that a double slash is one,
// completing an upload that is gone succeeds while any object of the name is
// there, and a second page of multipart uploads is refused. What of that matters
// is asserted at a Proxy.
type Server struct {
	*Proxy

	// AccessKey and SecretKey are credentials that may do everything. AccessKey
	// is also the id of the account that owns Bucket.
	AccessKey, SecretKey string
	// Region is the server's.
	Region string
	// Bucket exists.
	Bucket string

	dir    string
	socket string
	stop   context.CancelFunc
	exited chan struct{}
}

// StartS3 starts a server that stops with the test. With -short it skips the test:
// where the server's binary was never built, that takes minutes.
func StartS3(t testing.TB) *Server {
	t.Helper()
	if testing.Short() {
		t.Skip("needs an S3 server")
	}
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server. It is for TestMain; whoever starts it closes it.
func Start() (*Server, error) {
	binary, err := build()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(memory(), "s3-")
	if err != nil {
		return nil, err
	}
	s := &Server{
		AccessKey: "123456789012",
		SecretKey: rand.Text(),
		Region:    "eu-west-1",
		Bucket:    "bucket",
		dir:       dir,
		socket:    filepath.Join(dir, "s3"),
		exited:    make(chan struct{}),
	}
	if err := s.start(binary); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("start versitygw: %w", err)
	}
	s.Proxy = newProxy(s.socket, s.SecretKey, (*httptest.Server).Start)
	return s, nil
}

// UseMemory puts the temporary folders of a test's process into memory, where the
// machine has a place for that. It is for TestMain of packages that write thousands of
// files; that a disk keeps the promises of a Store is tested in package disk, on a disk.
func UseMemory() error {
	if folder := memory(); folder != "" {
		return os.Setenv("TMPDIR", folder)
	}
	return nil
}

// build returns the path of the server's binary. Its sources are no part of
// this module: the go command builds them once and caches the binary. Asking it
// takes longer than starting the server, so that a process asks once.
var build = sync.OnceValues(func() (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "batchreport").Output() // also from modules that replace it
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	tools := filepath.Join(strings.TrimSpace(string(root)), "testdata", "tools", "versitygw")
	cmd := exec.Command("go", "-C", tools, "tool", "-n", "versitygw")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // the one that the Makefile builds
	cmd.Stderr = new(bytes.Buffer)
	path, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("build versitygw: %w\n%s", err, cmd.Stderr)
	}
	return strings.TrimSpace(string(path)), nil
})

func (s *Server) start(binary string) error {
	data, meta := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "meta")
	// The server takes the folders it finds for buckets.
	for _, dir := range []string{filepath.Join(data, s.Bucket), meta} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	cmd := exec.CommandContext(ctx, binary, s.socket, s.Region, meta, data)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s.AccessKey, "ROOT_SECRET_KEY="+s.SecretKey,
		"GOGC=400",     // its heap is small: a third of its time went into collecting it
		"GOMAXPROCS=1") // it has little to do at once, and waking others took a tenth of its time
	cmd.SysProcAttr = dieWithParent()
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output

	go func() {
		defer close(s.exited)
		// The parent that dieWithParent means is this thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Run(); err != nil {
			fmt.Fprintln(&output, err)
		}
	}()
	if err := s.answers(); err != nil {
		s.kill()
		return fmt.Errorf("%w: %s", err, output.Bytes())
	}
	return nil
}

// answers waits until the server does.
func (s *Server) answers() error {
	client := http.Client{Transport: socketTransport(s.socket)}
	defer client.CloseIdleConnections()
	timeout := time.NewTimer(30 * time.Second)
	defer timeout.Stop()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		resp, err := client.Get("http://localhost/health")
		if err == nil {
			resp.Body.Close()
			return nil
		}
		select {
		case <-again.C:
		case <-s.exited:
			return errors.New("it exited")
		case <-timeout.C:
			return fmt.Errorf("no answer: %w", err)
		}
	}
}

// Close stops the server and removes what it stored.
func (s *Server) Close() {
	s.Proxy.Close()
	s.kill()
	os.RemoveAll(s.dir)
}

func (s *Server) kill() {
	s.stop()
	<-s.exited
}

// Env returns the environment that makes AWS tools and packages use the server:
// credentials, region and endpoint, and no configuration of the machine's user.
func (s *Server) Env() map[string]string {
	return map[string]string{
		"AWS_ACCESS_KEY_ID":           s.AccessKey,
		"AWS_SECRET_ACCESS_KEY":       s.SecretKey,
		"AWS_SESSION_TOKEN":           "",
		"AWS_REGION":                  s.Region,
		"AWS_ENDPOINT_URL":            s.URL,
		"AWS_PROFILE":                 "",
		"AWS_CONFIG_FILE":             os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_CA_BUNDLE":               "",
		"AWS_EC2_METADATA_DISABLED":   "true",
	}
}

// NewProxy returns another way to the server, closed with the test.
func (s *Server) NewProxy(t testing.TB) *Proxy {
	p := newProxy(s.socket, s.SecretKey, (*httptest.Server).Start)
	t.Cleanup(p.Close)
	return p
}

// NewTLSProxy is NewProxy for clients that speak TLS and trust CA.
func (s *Server) NewTLSProxy(t testing.TB) *Proxy {
	p := newProxy(s.socket, s.SecretKey, (*httptest.Server).StartTLS)
	t.Cleanup(p.Close)
	return p
}

// socketTransport talks to whoever listens on a socket, whatever the address.
func socketTransport(socket string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
		MaxIdleConnsPerHost: 32,
		DisableCompression:  true,
	}
}
