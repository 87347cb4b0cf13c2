package convert

import (
	"encoding/binary"
	"math/bits"
)

// appendJSON appends s as a JSON string. What RFC 8259 wants escaped is escaped
// and nothing else: quotes, backslashes, control characters.
func appendJSON(dst, s []byte) []byte {
	dst = append(dst, '"')
	for {
		n := plainLength(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		dst = appendEscape(dst, s[n])
		s = s[n+1:]
	}
}

func appendEscape(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
}

// plainLength returns how many bytes s begins with that need no escape.
//
// It looks at eight at once. Subtracting n from each of them sets the top bit of
// those below n, unless it was set before; a borrow can set it in others too,
// but only above one that is below n, and only the first counts.
func plainLength(s []byte) int {
	const each = 0x0101010101010101
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := binary.LittleEndian.Uint64(s[i:])
		quote, backslash := x^'"'*each, x^'\\'*each
		found := (x - ' '*each) &^ x
		found |= (quote - each) &^ quote
		found |= (backslash - each) &^ backslash
		if found &= 0x80 * each; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if b := s[i]; b < ' ' || b == '"' || b == '\\' {
			break
		}
	}
	return i
}
