package message

import "batchreport/schema/internal/scan"

// longestID is the length in bytes above which nothing is an id or a code: the longest
// that AWS writes, S3's host ids, have some 80.
const longestID = 200

// isID tells whether b can be an id or a code: these hold no bracket and no line end.
func isID(b []byte) bool { return len(b) > 0 && len(b) <= longestID && scan.Unbracketed(b) }

// id returns b if it can be an id or a code, else nil; null is no value.
func id(b []byte) []byte {
	if len(b) == 0 || len(b) > longestID || len(b) == len("null") && string(b) == "null" || !scan.Unbracketed(b) {
		return nil
	}
	return b
}

// isCode tells whether b can be the code of an error, AccessDenied or 404 or
// KMS.DisabledException for example: one word.
func isCode(b []byte) bool { return len(b) > 0 && len(b) <= longestID && codeLength(b) == len(b) }

// codeLength returns the length of the word of a code that b begins with.
func codeLength(b []byte) int {
	n := 0
	for n < len(b) && (isWordByte[b[n]] || n > 0 && (b[n] == '.' || b[n] == '-')) {
		n++
	}
	return n
}

// isWordByte has the letters, the digits and the underscore.
var isWordByte = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = 'a' <= b|' ' && b|' ' <= 'z' || '0' <= b && b <= '9' || b == '_'
	}
	return t
}()
