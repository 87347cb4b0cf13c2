package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestServerThatFails(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho no such option\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, program, want string }{
		{"exits", program, "it exited: no such option"},
		{"is missing", program + ".gone", "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := startServer(t.Context(), test.program, t.TempDir())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestUploadRefused(t *testing.T) {
	t.Parallel()
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "SignatureDoesNotMatch "+r.URL.Path, http.StatusForbidden)
	}))
	defer store.Close()
	job := filepath.Join(t.TempDir(), "job-1")
	if err := os.MkdirAll(job, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(job, "manifest.json"), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := &server{address: strings.TrimPrefix(store.URL, "http://")}
	err := s.upload(t.Context(), job)
	if err == nil || !strings.Contains(err.Error(), "upload job-1/manifest.json: 403 Forbidden: SignatureDoesNotMatch /reports/job-1/manifest.json") {
		t.Errorf("got %v", err)
	}
}

// TestSignRequest checks the form; that a server takes it shows in make bench-scale.
func TestSignRequest(t *testing.T) {
	t.Parallel()
	req := httptest.NewRequest(http.MethodPut, "http://127.0.0.1:7070/reports/job-1/manifest.json", nil)
	signRequest(req, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	const want = "AWS4-HMAC-SHA256 Credential=bench/20261125/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
	got, ok := strings.CutPrefix(req.Header.Get("Authorization"), want)
	if !ok || len(got) != 64 || req.Header.Get("X-Amz-Date") != "20261125T120000Z" {
		t.Errorf("headers %v", req.Header)
	}
}
