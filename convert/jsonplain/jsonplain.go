// Package jsonplain tells how much of a text can stand in a JSON string as it is:
// RFC 8259, section 7, wants quotes, backslashes and control characters escaped.
package jsonplain

import (
	"encoding/binary"
	"math/bits"
)

// Length returns how many bytes s begins with that need no escape.
func Length(s []byte) int {
	switch {
	case len(s) >= wide:
		return lengthWide(s)
	case len(s) >= 8:
		return lengthWords(s)
	}
	for i, b := range s {
		if b < ' ' || b == '"' || b == '\\' {
			return i
		}
	}
	return len(s)
}

// lengthWords is Length of at least eight bytes.
func lengthWords(s []byte) int {
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
