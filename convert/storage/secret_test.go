package storage

import (
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                                 "plain",
		"s3://b/user@example.com/k":             "s3://b/user@example.com/k",
		"file:///a:b@c":                         "file:///a:b@c",
		"mail user@example.com":                 "mail user@example.com",
		"http://u:p@h/x":                        "http://***@h/x",
		`get "https://u:p/w@h:1": no`:           `get "https://***@h:1": no`,
		"http://u:p@ss@h":                       "http://***@h",
		"s3a://AKIA:se/cret@b/k":                "s3a://***@b/k",
		"s3://AKIA:se/cret@b/k":                 "s3://***@b/k",
		"https://h/k?X-Amz-Signature=0f&x=1":    "https://h/k?X-Amz-Signature=***&x=1",
		"https://h/k?a=b&X-Amz-Credential=A/b":  "https://h/k?a=b&X-Amz-Credential=***",
		"k%3FX-Amz-Security-Token%3DSECRET":     "k%3FX-Amz-Security-Token%3D***",
		"h?AWSAccessKeyId=A&Signature=B%3D&E=1": "h?AWSAccessKeyId=***&Signature=***&E=1",
		"h?sv=1&sig=abc%2B":                     "h?sv=1&sig=***",
		"X-Goog-Signature=abc":                  "X-Goog-Signature=***",
	} {
		if got := Redact(text); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"http://user:SECRET@host", "user:SECRET@host:9000", "http://user:SEC@SECRET@host", "http:// SECRET@host"} {
		if got := RedactURL(text); strings.Contains(got, "SEC") || !strings.HasSuffix(got, "host") && !strings.HasSuffix(got, ":9000") {
			t.Errorf("%s becomes %s", text, got)
		}
	}
}
