package scan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Eight bytes are looked at at once here, which makes splitting a boto3 response
// a third faster than a loop over bytes.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// zeros has the high bit of the lowest byte of v that is zero set, and no bit
// below: a borrow spoils only bytes above it.
func zeros(v uint64) uint64 { return (v - ones) &^ v & highs }

// stops is zeros for what ends a run of plain characters in a string: its quote, which
// every byte of quotes is, a backslash, a control character. The bytes that are not of
// ASCII are none of these.
func stops(v, quotes uint64) uint64 {
	quote, backslash, control := (v^quotes)-ones, (v^ones*'\\')-ones, v-ones*' '
	return (quote | backslash | control) &^ v & highs
}

// PlainLength returns the number of bytes before the first quote, backslash or
// control character.
func PlainLength(b []byte, quote byte) int {
	quotes := ones * uint64(quote)
	for rest := b; len(rest) >= 8; rest = rest[8:] { // so that no bounds are checked
		if hit := stops(binary.LittleEndian.Uint64(rest), quotes); hit != 0 {
			return len(b) - len(rest) + bits.TrailingZeros64(hit)/8
		}
	}
	if i := len(b) - 8; i >= 0 { // the last eight bytes, some of them again
		if hit := stops(binary.LittleEndian.Uint64(b[i:]), quotes); hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
		return len(b)
	}
	i := 0
	for i < len(b) && b[i] != quote && b[i] != '\\' && b[i] >= ' ' {
		i++
	}
	return i
}

// ByteIndex is bytes.IndexByte for what is mostly near, but returns len(b)
// where there is none.
func ByteIndex(b []byte, c byte) int {
	const near = 16
	i := 0
	for ; i+8 <= len(b) && i < near; i += 8 {
		if hit := zeros(binary.LittleEndian.Uint64(b[i:]) ^ ones*uint64(c)); hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	if n := bytes.IndexByte(b[i:], c); n >= 0 {
		return i + n
	}
	return len(b)
}

// Unbracketed reports whether b holds no bracket and no control character of ASCII.
// Most of what is asked for, base64 and digits, has nothing that is near to these either.
func Unbracketed(b []byte) bool {
	n := len(b)
	if n < 8 {
		return unbracketed(b)
	}
	for n > 8 && b[n-1] == '=' { // of base64
		n--
	}
	near := nearBrackets(binary.LittleEndian.Uint64(b[n-8:])) // the last eight, some of them twice
	for i := 0; i+8 < n; i += 8 {
		near |= nearBrackets(binary.LittleEndian.Uint64(b[i:]))
	}
	return near&highs == 0 || unbracketed(b)
}

// FarFromBrackets returns the number of bytes before the first that is a bracket or a
// control character, or that nearBrackets takes for one, as quotes, colons and equals
// signs. It may be less by up to seven at the end of b.
func FarFromBrackets(b []byte) int {
	rest := b
	for ; len(rest) >= 8; rest = rest[8:] {
		if near := nearBrackets(binary.LittleEndian.Uint64(rest)) & highs; near != 0 {
			return len(b) - len(rest) + bits.TrailingZeros64(near)/8
		}
	}
	return len(b) - len(rest)
}

// nearBrackets has the high bit of those of eight bytes set that are of a range in which
// brackets and control characters are: up to *, from : to ?, and above the letters of
// either case. Other bits are set as it comes, and where a byte that is not of ASCII
// spoils the next one, a bracket stays one.
func nearBrackets(v uint64) uint64 {
	low := ones*(0x80+'*') - v
	middle := (v + ones*(0x80-':')) ^ v<<1 // from : on, but for those from @ on
	high := (v | ones*0x20) + ones*(0x80-'{')
	return low | middle | high
}

func unbracketed(b []byte) bool {
	for _, c := range b {
		if isBracket[c] {
			return false
		}
	}
	return true
}

// isBracket has the brackets and the control characters.
var isBracket = func() (t [256]bool) {
	for c := range ' ' {
		t[c] = true
	}
	for _, c := range []byte("()[]{}<>\x7f") {
		t[c] = true
	}
	return t
}()

// HalveQuotes makes one quote of two in b, in place, where i is the place of the
// first quote. A quote without a second stays.
func HalveQuotes(b []byte, i int) []byte {
	to := i
quotes:
	for i < len(b) {
		b[to] = '"'
		to++
		i++
		if i < len(b) && b[i] == '"' {
			i++
		}
		// Once eight bytes are saved, whole words can be moved and cut after.
		for i-to >= 8 && i+8 <= len(b) {
			word := binary.LittleEndian.Uint64(b[i:])
			binary.LittleEndian.PutUint64(b[to:], word)
			if hit := zeros(word ^ ones*'"'); hit != 0 {
				n := bits.TrailingZeros64(hit) / 8
				to += n
				i += n
				continue quotes
			}
			to += 8
			i += 8
		}
		n := ByteIndex(b[i:], '"')
		to += copy(b[to:], b[i:i+n])
		i += n
	}
	return b[:to]
}
