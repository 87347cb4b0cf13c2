package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// server is versitygw, an S3 server, on the loopback interface. Its objects are
// files in a folder.
type server struct {
	cmd     *exec.Cmd
	exited  chan struct{}
	output  bytes.Buffer
	data    string // folder whose folders are buckets
	address string // host and port
}

// What a client must say to the server.
const (
	accessKey = "bench"
	secretKey = "bench-secret"
	region    = "us-east-1"
	bucket    = "reports"
)

// startServer starts program on a folder and waits until it answers.
func startServer(ctx context.Context, program, folder string) (*server, error) {
	s := &server{data: filepath.Join(folder, "data"), exited: make(chan struct{})}
	meta := filepath.Join(folder, "meta")
	for _, dir := range []string{filepath.Join(s.data, bucket), meta} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	var err error
	if s.address, err = freeAddress(); err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	s.cmd = exec.CommandContext(ctx, program, s.address, region, meta, s.data)
	s.cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+accessKey, "ROOT_SECRET_KEY="+secretKey)
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start S3 server: %w", err)
	}
	go func() {
		defer close(s.exited)
		s.cmd.Wait() //nolint:errcheck // it is killed; what went wrong before is in its output
	}()
	if err := s.answers(ctx); err != nil {
		s.stop()
		return nil, fmt.Errorf("start S3 server: %w: %s", err, tail(s.output.Bytes()))
	}
	return s, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// answers waits until the server does.
func (s *server) answers(ctx context.Context) error {
	timeout := time.NewTimer(30 * time.Second)
	defer timeout.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		resp, err := http.Get("http://" + s.address + "/health")
		if err == nil {
			return resp.Body.Close()
		}
		select {
		case <-again.C:
		case <-s.exited:
			return errors.New("it exited")
		case <-timeout.C:
			return fmt.Errorf("no answer: %w", err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *server) stop() {
	s.cmd.Process.Kill() //nolint:errcheck // it has ended if this fails
	<-s.exited
}

// url is the S3 address of a key.
func (s *server) url(key string) string { return "s3://" + bucket + "/" + key }

// path is where the object of a key is, or all below it.
func (s *server) path(key string) string {
	return filepath.Join(s.data, bucket, filepath.FromSlash(key))
}

// env makes the command use the server, and no configuration of the machine's user.
func (s *server) env() []string {
	return []string{
		"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + secretKey, "AWS_SESSION_TOKEN=", "AWS_REGION=" + region,
		"AWS_ENDPOINT_URL=http://" + s.address, "AWS_PROFILE=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	}
}
