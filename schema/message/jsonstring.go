package message

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"batchreport/schema/internal/scan"
)

// string reads a string into str. Where there is none it may leave pos
// anywhere.
func (w *walker) string() bool {
	w.plain = false
	if w.py {
		return w.pythonString()
	}
	return w.jsonString()
}

// jsonString reads a string of RFC 8259 and leaves its escapes for decoded.
func (w *walker) jsonString() bool {
	src, start := w.src, w.pos+1
	if w.pos == len(src) || src[w.pos] != '"' {
		return false
	}
	w.escaped = false
	for i := start; ; i++ {
		i += scan.PlainLength(src[i:], '"')
		if i == len(src) || src[i] < ' ' {
			return false
		}
		if src[i] == '"' {
			w.str, w.pos = src[start:i], i+1
			return true
		}
		i++
		w.escaped = true
		if i == len(src) {
			return false
		}
		switch src[i] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		case 'u':
			if _, ok := hexDigits(src[i+1:], 4); !ok {
				return false
			}
			i += 4
		default:
			return false
		}
	}
}

// decoded returns the last string without its escapes: a view of the message or
// of the parser's text. Half a surrogate pair becomes U+FFFD, as in
// encoding/json.
func (w *walker) decoded() []byte {
	if !w.escaped {
		return w.str
	}
	text := w.p.text
	start := len(text)
	for s := w.str; len(s) > 0; {
		n := bytes.IndexByte(s, '\\')
		if n < 0 {
			text = append(text, s...)
			break
		}
		text = append(text, s[:n]...)
		c := s[n+1]
		s = s[n+2:]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r, size := escapedRune(s)
			text = utf8.AppendRune(text, r)
			s = s[size:]
			continue
		}
		text = append(text, c)
	}
	w.p.text = text
	w.str, w.escaped = text[start:len(text):len(text)], false
	return w.str
}

// escapedRune reads the four hex digits after \u, and the pair's other half.
func escapedRune(s []byte) (r rune, size int) {
	r, _ = hexDigits(s, 4)
	if !utf16.IsSurrogate(r) {
		return r, 4
	}
	if len(s) >= 10 && s[4] == '\\' && s[5] == 'u' {
		if low, ok := hexDigits(s[6:], 4); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 10
			}
		}
	}
	return utf8.RuneError, 4
}

// hexDigits returns the number that the first n bytes of b are in base 16.
func hexDigits(b []byte, n int) (r rune, ok bool) {
	if len(b) < n {
		return 0, false
	}
	for _, c := range b[:n] {
		switch {
		case scan.IsDigit(c):
			c -= '0'
		case 'a' <= scan.ToLower(c) && scan.ToLower(c) <= 'f':
			c = scan.ToLower(c) - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// quoted returns the text of the JSON string that src is as a whole.
func (w *walker) quoted(src []byte) ([]byte, bool) {
	w.begin(src, scopeNone)
	w.py = false
	w.space()
	if !w.jsonString() {
		return nil, false
	}
	w.space()
	return w.decoded(), w.pos == len(src)
}
