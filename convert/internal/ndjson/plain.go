package ndjson

import (
	"encoding/binary"
	"math/bits"
)

// plainLength returns how many bytes at the beginning of s can stand in a JSON
// string as they are: all before the first quote, backslash or control character,
// which section 7 of RFC 8259 wants escaped. It looks at eight bytes at once.
func plainLength(s []byte) int {
	if len(s) < 8 {
		for i, b := range s {
			if b < ' ' || b == '"' || b == '\\' {
				return i
			}
		}
		return len(s)
	}
	last := len(s) - 8
	for i := 0; i < last; i += 8 {
		if found := toEscape(binary.LittleEndian.Uint64(s[i : i+8])); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	// The last eight bytes may begin with some of those before: none of them needs an escape.
	if found := toEscape(binary.LittleEndian.Uint64(s[last:])); found != 0 {
		return last + bits.TrailingZeros64(found)/8
	}
	return len(s)
}

// toEscape sets the top bit of the first byte of x that needs an escape, and
// perhaps of later ones; it returns 0 if no byte does.
//
// Subtracting n from each byte sets the top bit of those below n, unless it was
// set before; a borrow can set it in others too, but only above one that is below n.
func toEscape(x uint64) uint64 {
	const each = 0x0101010101010101
	control := x - ' '*each
	quote := (x ^ '"'*each) - each
	backslash := (x ^ '\\'*each) - each
	return (control | quote | backslash) &^ x & (0x80 * each)
}
