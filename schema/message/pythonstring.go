package message

import (
	"encoding/base64"
	"unicode/utf8"

	"batchreport/schema/internal/scan"
)

// pythonString reads the string literals that follow each other, which Python
// reads as one. str is their text, or base64 where they are bytes that are not
// UTF-8.
func (w *walker) pythonString() bool {
	w.escaped, w.plain = false, false
	src, i := w.src, w.pos
	if i == len(src) {
		return false
	}
	// Nearly all are one literal without an escape: a view will do.
	if src[i] == 'u' {
		i++
	}
	if i < len(src) && isQuote(src[i]) {
		start := i + 1
		end := start + scan.PlainLength(src[start:], src[i])
		if end < len(src) && src[end] == src[i] && !w.isString(end+1) {
			w.str, w.pos = src[start:end], end+1
			return true
		}
	}
	return w.literals()
}

// isString tells whether the next literal from i on is a string.
func (w *walker) isString(i int) bool {
	if i < len(w.src) && (w.src[i] == ',' || w.src[i] == ':') {
		return false
	}
	i = skipSpace(w.src, i)
	return i < len(w.src) && prefixLength(w.src[i:]) >= 0
}

// literals is pythonString for all that needs decoding.
func (w *walker) literals() bool {
	start := len(w.p.text)
	asBytes := false
	i, end := w.pos, w.pos
	for {
		prefix := prefixLength(w.src[i:])
		if prefix < 0 {
			if i == w.pos {
				return false
			}
			break
		}
		n, isBytes := w.literal(i, prefix)
		if n < 0 {
			return false
		}
		asBytes = asBytes || isBytes
		end = n
		i = skipSpace(w.src, end)
	}
	w.pos = end
	w.str = w.p.text[start:len(w.p.text):len(w.p.text)]
	if asBytes && !utf8.Valid(w.str) {
		text := base64.StdEncoding.AppendEncode(w.p.text, w.str)
		w.str = text[len(w.p.text):len(text):len(text)]
		w.p.text = text
	}
	return true
}

// literal appends the text of the literal at i to the parser's text and returns
// where it ends, or -1.
//
// A literal without prefix is text in Python 3 and bytes in Python 2. They
// differ in the escapes from \x80 on: Python 3 writes them only for what cannot
// be printed, \x80 to \xa0 and \xad, and no character of UTF-8 begins with such
// a byte. So any other means Python 2.
func (w *walker) literal(i, prefix int) (end int, isBytes bool) {
	start := len(w.p.text)
	d := stringDecoder{src: w.src, dst: w.p.text}
	unicode := false
	for _, c := range w.src[i : i+prefix] {
		switch scan.ToLower(c) {
		case 'b':
			d.bytes = true
		case 'r':
			d.raw = true
		case 'u':
			unicode = true
		}
	}
	end = d.decode(i + prefix)
	if d.odd && !d.bytes && !unicode {
		d.bytes, d.dst = true, d.dst[:start]
		end = d.decode(i + prefix)
	}
	w.p.text = d.dst
	return end, d.bytes
}

// prefixLength returns the number of letters before the quote of a Python
// string, -1 where b does not start with a string.
func prefixLength(b []byte) int {
	for i := 0; i < len(b) && i < 3; i++ {
		switch b[i] {
		case '\'', '"':
			return i
		case 'u', 'U', 'b', 'B', 'r', 'R':
		default:
			return -1
		}
	}
	return -1
}

func isQuote(c byte) bool { return c == '\'' || c == '"' }

// stringDecoder decodes one Python literal.
type stringDecoder struct {
	src, dst   []byte
	bytes, raw bool
	odd        bool // saw an escape of a byte that Python 3 would print
}

// decode appends what stands between the quotes of the literal whose first
// quote is at i and returns where it ends, or -1.
func (d *stringDecoder) decode(i int) int {
	quote := d.src[i]
	for i++; i < len(d.src); {
		switch c := d.src[i]; {
		case c == quote:
			return i + 1
		case c == '\n':
			return -1
		case c == '\\' && i+1 == len(d.src):
			return -1
		case c == '\\' && d.raw:
			d.dst = append(d.dst, c, d.src[i+1])
			i += 2
		case c == '\\':
			n := d.escape(d.src[i+1:])
			if n < 0 {
				return -1
			}
			i += 1 + n
		default:
			d.dst = append(d.dst, c)
			i++
		}
	}
	return -1
}

// escape decodes what stands after a backslash and returns its length, or -1
// (Python Language Reference, "Escape sequences"). \N{name}, which no repr
// writes, stays as it is.
func (d *stringDecoder) escape(s []byte) int {
	c := s[0]
	switch c {
	case '\n':
		return 1
	case '\\', '\'', '"':
	case 'a':
		c = '\a'
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
	case 'v':
		c = '\v'
	case '0', '1', '2', '3', '4', '5', '6', '7':
		var r rune
		n := 0
		for ; n < 3 && n < len(s) && '0' <= s[n] && s[n] <= '7'; n++ {
			r = r<<3 | rune(s[n]-'0')
		}
		d.code(r)
		return n
	case 'x':
		r, ok := hexDigits(s[1:], 2)
		if !ok {
			return -1
		}
		d.code(r)
		return 3
	case 'u', 'U':
		if d.bytes {
			d.dst = append(d.dst, '\\', c)
			return 1
		}
		return d.unicode(s)
	default:
		d.dst = append(d.dst, '\\', c)
		return 1
	}
	d.dst = append(d.dst, c)
	return 1
}

// code appends a character given by number, or a byte.
func (d *stringDecoder) code(r rune) {
	if d.bytes {
		d.dst = append(d.dst, byte(r))
		return
	}
	if r > 0xa0 && r != 0xad {
		d.odd = true
	}
	d.dst = utf8.AppendRune(d.dst, r)
}

// unicode decodes \u and four digits, in pairs where a narrow Python 2 wrote them
// so, and \U and eight.
func (d *stringDecoder) unicode(s []byte) int {
	size := 4
	if s[0] == 'U' {
		size = 8
	}
	r, ok := hexDigits(s[1:], size)
	if !ok || r < 0 || r > utf8.MaxRune {
		return -1
	}
	if size == 4 {
		r, size = escapedRune(s[1:])
	}
	d.dst = utf8.AppendRune(d.dst, r)
	return 1 + size
}
