package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// upload puts a job's folder into the server's bucket, each file with one
// request, as S3 writes reports: its ETag is the MD5 of the bytes.
func (s *server) upload(ctx context.Context, job string) error {
	return filepath.WalkDir(job, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(filepath.Dir(job), path)
		if err != nil {
			return err
		}
		if err := s.put(ctx, filepath.ToSlash(name), path); err != nil {
			return fmt.Errorf("upload %s: %w", name, err)
		}
		return nil
	})
}

func (s *server) put(ctx context.Context, key, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://"+s.address+"/"+bucket+"/"+key, io.NopCloser(f))
	if err != nil {
		return err
	}
	req.ContentLength = info.Size()
	signRequest(req, time.Now().UTC())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
		return fmt.Errorf("%s: %s", resp.Status, said)
	}
	return nil
}

// signRequest signs a request without a query whose body is not signed
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
// The SDK is for the product's S3 store alone.
func signRequest(r *http.Request, now time.Time) {
	const body, names = "UNSIGNED-PAYLOAD", "host;x-amz-content-sha256;x-amz-date"
	date := now.Format("20060102T150405Z")
	scope := strings.Join([]string{date[:8], region, "s3", "aws4_request"}, "/")
	canonical := strings.Join([]string{
		r.Method, r.URL.EscapedPath(), "", "host:" + r.URL.Host, "x-amz-content-sha256:" + body, "x-amz-date:" + date, "", names, body,
	}, "\n")
	hash := sha256.Sum256([]byte(canonical))
	key := []byte("AWS4" + secretKey)
	for part := range strings.SplitSeq(scope, "/") {
		key = keyed(key, part)
	}
	signature := keyed(key, strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, hex.EncodeToString(hash[:])}, "\n"))
	r.Header.Set("X-Amz-Date", date)
	r.Header.Set("X-Amz-Content-Sha256", body)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/"+scope+", SignedHeaders="+names+", Signature="+hex.EncodeToString(signature))
}

func keyed(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
