package storage_test

import (
	"errors"
	"strings"
	"testing"

	"batchreport/convert/storage"
)

// TestParseAddress checks that what looks like an address is one or an error, and
// that all else is a path as it stands.
func TestParseAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"out": "", "./out": "", "/tmp/out": "", "../a": "", "-": "", "a b": "", " x": "", "'x'": "",
		"s3://b": "", "s3://b/": "", "s3://b//k": "", "s3://b/gs://x": "", "s3": "", "s3/b": "", "s3x:b": "",
		"run:1/a.csv": "", "a:b": "", "2024-01-01T00:00:00": "", "./s3a:x": "", "./s3://b": "", "a/s3://b": "",
		"x:/y": "", ":x": "", "://x": "", "a_b://c": "", "host:path": "", "~x": "", "a~/b": "", "./~/out": "", "arn": "", "arnx:y": "",
		"file": "", "file:x": "", "http": "", "C:x": "", "gsx:y": "",
		"file:///x": "/x", "FILE:///x/y": "/x/y", "file://localhost/x": "/x", "file:/x": "/x", "file:///a%20b": "/a b", "file:///x/*.csv": "/x/*.csv",
	} {
		if want == "" {
			want = text
		}
		if got, err := storage.ParseAddress("DEST", text); got != want || err != nil {
			t.Errorf("%q becomes %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"s3a://b/x": "neither a path nor an address", "S3://b/x": "neither", "s3n://b": "neither", "gs://b/x": "neither", "GS:/b": "neither", "hdfs:/x": "neither",
		"s3:/b/x": "neither", "s3:b": "neither", "S3:b": "neither", "s3:": "neither", "s3a:/b": "neither", "x+y-z.1://h": "neither", "1://x": "neither", "c:\\x": "neither",
		"arn:aws:s3:::b/x": "is an ARN", "ARN:aws:s3:::b": "is an ARN", "~/out": "begins with ~", "~root/out": "begins with ~", "s3://s3://b/x": "has another address", "s3://https://b": "has another address", "~": "begins with ~",
		"http://h/x": "address of the web", "https://b.s3.amazonaws.com/k": "address of the web",
		"s3://": "DEST s3:// has no bucket", "s3:///x": "DEST s3:///x has no bucket", "s3//b/x": "lacks a colon",
		" s3://b/x": "begins with a space or a quote", `"s3://b/x"`: "begins with", "'~/x'": "begins with", "\ufeffs3://b": "begins with", "\ngs://b": "begins with",
		"file://": "has no path", "file://host/x": "names another machine", "file:///a%2": "has a %", "file://~/x": "names another machine", "file:///a%00": "has no path",
	} {
		got, err := storage.ParseAddress("DEST", text)
		var wrong *storage.AddressError
		if !errors.As(err, &wrong) || got != "" || !strings.Contains(err.Error(), want) || wrong.Hint == "" {
			t.Errorf("%q becomes %q, %v; want %q", text, got, err, want)
		}
	}
	if _, err := storage.ParsePath("--temp-dir", "s3://b/x"); err == nil {
		t.Error("a path is no address of S3")
	}
}
