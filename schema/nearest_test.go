package schema

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"covnert": "convert", "convrt": "convert", "converted": "convert", "Convert": "convert", "conv": "convert", "plna": "plan",
		"erorcode": "error_code", "error-code": "error_code", "errorcode": "error_code", "ERROR_CODE": "error_code",
		"parqet": "parquet", "xml": "", "": "", "p": "", "zzzzzzz": "", "key": "key", "kye": "key", "a": "", strings.Repeat("convert", 20): "convert",
	} {
		if got := Nearest(word, "convert", "plan", "error_code", "http_status_code", "parquet", "key"); got != want {
			t.Errorf("%q is near to %q, want %q", word, got, want)
		}
	}
}
