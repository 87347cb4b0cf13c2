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
func plainLength(s []byte) int {
	if len(s) < 8 {
		for i, b := range s {
			if b < ' ' || b == '"' || b == '\\' {
				return i
			}
		}
		return len(s)
	}
	for i := 0; ; i += 8 {
		i = min(i, len(s)-8) // what is looked at twice needs none
		if found := escaped(binary.LittleEndian.Uint64(s[i:])); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
		if i == len(s)-8 {
			return len(s)
		}
	}
}

// escaped sets the top bit of the first byte of x that needs an escape, and
// perhaps of later ones; of none if none does.
//
// Subtracting n from each byte sets the top bit of those below n, unless it was
// set before; a borrow can set it in others too, but only above one that is below n.
func escaped(x uint64) uint64 {
	const each = 0x0101010101010101
	control := x - ' '*each
	quote := (x ^ '"'*each) - each
	backslash := (x ^ '\\'*each) - each
	return (control | quote | backslash) &^ x & (0x80 * each)
}
