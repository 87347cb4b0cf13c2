package groups

import (
	"strings"
	"testing"
)

func TestParseDimension(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"kye":                "no column \"kye\"; did you mean key?",
		"key:0":              "key:N is its first N folders",
		"key:x":              "key:N is its first N folders",
		"bucket:1":           "only key and the times have parts",
		"occurred_at:week":   "by minute, hour or day",
		"occurred_at:hours":  "did you mean hour?",
		"http_status_code:2": "only key and the times have parts",
	} {
		if _, err := ParseDimension(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %s", text, err, want)
		}
	}
}
