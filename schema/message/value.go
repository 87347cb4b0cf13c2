package message

import (
	"math"
	"strconv"

	"batchreport/schema"
	"batchreport/schema/internal/scan"
)

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

// numberLength returns the length of the JSON number that b starts with, 0
// where it starts with none.
func numberLength(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch n := scan.Digits(b[i:]); {
	case n == 0:
		return 0
	case b[i] == '0':
		i++
	default:
		i += n
	}
	if i < len(b) && b[i] == '.' {
		n := scan.Digits(b[i+1:])
		if n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(b) && scan.ToLower(b[i]) == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		n := scan.Digits(b[i:])
		if n == 0 {
			return 0
		}
		i += n
	}
	return i
}

// complexLength returns the length of the complex number, (1-2.5j), that b
// starts with, 0 where it starts with none.
func complexLength(b []byte) int {
	n := realLength(b[1:])
	if n == 0 {
		return 0
	}
	i := 1 + n
	if i == len(b) || b[i] != '+' && b[i] != '-' {
		return 0
	}
	i++
	n = realLength(b[i:])
	if n == 0 || b[i] == '-' || len(b) < i+n+2 || b[i+n] != 'j' || b[i+n+1] != ')' {
		return 0
	}
	return i + n + 2
}

// realLength is numberLength that also knows nan and inf.
func realLength(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	if len(b) >= i+3 && (string(b[i:i+3]) == "inf" || string(b[i:i+3]) == "nan") {
		return i + 3
	}
	return numberLength(b)
}

// parseInt returns the number that b is as a whole, if it is one from 0 to
// 2,147,483,647 in digits.
func parseInt(b []byte) schema.Int {
	if len(b) == 0 || len(b) > len("2147483647") || scan.Digits(b) != len(b) {
		return schema.Int{}
	}
	var n int64
	for _, c := range b {
		n = 10*n + int64(c-'0')
	}
	if n > math.MaxInt32 {
		return schema.Int{}
	}
	return schema.Int{Value: int32(n), Valid: true}
}

// attemptsAfter returns the number of attempts that so many retries make.
func attemptsAfter(retries schema.Int) schema.Int {
	if !retries.Valid || retries.Value == math.MaxInt32 {
		return schema.Int{}
	}
	return schema.Int{Value: retries.Value + 1, Valid: true}
}

// parseFloat returns the number that b is as a whole, in the form of JSON.
func parseFloat(b []byte) schema.Float {
	if len(b) == 0 || numberLength(b) != len(b) {
		return schema.Float{}
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return schema.Float{Value: f, Valid: err == nil}
}

// parseTime returns the time that b is as a whole; see scan.Millis.
func parseTime(b []byte) schema.Time {
	ms, ok := scan.Millis(b)
	return schema.Time{Millis: ms, Valid: ok}
}

// timeOf returns a moment as a column has it.
func timeOf(t scan.Moment) schema.Time { return schema.Time{Millis: t.Millis(), Valid: true} }
