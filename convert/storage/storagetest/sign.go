package storagetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// sign signs a request again that lost some of the headers that were signed
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
// One that is not signed stays so.
func sign(r *http.Request, secret string) {
	const algorithm = "AWS4-HMAC-SHA256"
	credential, rest, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), algorithm+" Credential="), ", SignedHeaders=")
	_, scope, signed := strings.Cut(credential, "/")
	if !signed {
		return
	}
	names, _, _ := strings.Cut(rest, ", ")
	var kept []string
	var headers strings.Builder
	for name := range strings.SplitSeq(names, ";") {
		value := strings.Join(r.Header.Values(name), ",")
		switch {
		case name == "host":
			value = r.Host
		case name == "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		case value == "":
			continue
		}
		kept = append(kept, name)
		headers.WriteString(name + ":" + strings.Join(strings.Fields(value), " ") + "\n")
	}
	names = strings.Join(kept, ";")
	canonical := strings.Join([]string{
		r.Method, r.URL.EscapedPath(), canonicalQuery(r.URL.RawQuery), headers.String(), names,
		r.Header.Get("X-Amz-Content-Sha256"),
	}, "\n")
	hash := sha256.Sum256([]byte(canonical))

	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = keyed(key, part)
	}
	text := strings.Join([]string{algorithm, r.Header.Get("X-Amz-Date"), scope, hex.EncodeToString(hash[:])}, "\n")
	r.Header.Set("Authorization", algorithm+" Credential="+credential+", SignedHeaders="+names+
		", Signature="+hex.EncodeToString(keyed(key, text)))
}

func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	params := strings.Split(raw, "&")
	for i, p := range params {
		if !strings.Contains(p, "=") {
			params[i] = p + "="
		}
	}
	slices.Sort(params)
	return strings.Join(params, "&")
}

func keyed(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
