package convert

import (
	"encoding/binary"
	"math/bits"
)

// stride says that a page (its levels, then its strings) has strings of one
// length only, as ids have: behind start, the same four bytes of length stand
// before each of them. The last one may be cut off.
type stride struct{ start, length int }

// step is the distance between two lengths.
func (t stride) step() int { return 4 + t.length }

// strideOf finds the stride of a page, if it has one.
func strideOf(page []byte) (t stride, ok bool) {
	const fewest = 64 // strings for which it is worth a block of its own
	if len(page) < 4 {
		return t, false
	}
	t.start = 4 + int(binary.LittleEndian.Uint32(page))
	if t.start > maxBlock-4 || t.start+4 > len(page) {
		return t, false
	}
	t.length = int(binary.LittleEndian.Uint32(page[t.start:]))
	if t.length < 1 || t.length > longestLiterals || len(page)-t.start < fewest*t.step() {
		return t, false
	}
	for at := t.start; at+4 <= len(page); at += t.step() {
		if int(binary.LittleEndian.Uint32(page[at:])) != t.length {
			return t, false
		}
	}
	return t, true
}

// appendStrings appends the blocks of a page with a stride. Behind its levels and
// the first length it is one sequence after the other: a string of literals,
// then the length before it once more.
func (l *literals) appendStrings(dst, page []byte, t stride) []byte {
	begin := t.start + 4
	dst = l.appendBlock(dst, page[:begin], 0)
	// The sequences of the first block say how far back the length is, all others
	// say: as far as before. It has enough of them to be smaller than its content,
	// as section 3.1.1.2 wants it, though not a literal should get shorter.
	rest := page[begin:]
	dst = l.appendSequences(dst, rest[:16*t.step()], t, t.step()+3, 0)
	rest = rest[16*t.step():]
	for most := maxBlock / t.step() * t.step(); len(rest) > most; rest = rest[most:] {
		dst = l.appendSequences(dst, rest[:most], t, sameOffset, 0)
	}
	return l.appendSequences(dst, rest, t, sameOffset, lastBlock)
}

// sameOffset is the Offset_Value, section 3.1.1.5, of the offset before.
const sameOffset = 1

// appendSequences appends src, strings each with the length behind it, as a
// block. What follows the last whole one are literals.
func (l *literals) appendSequences(dst, src []byte, t stride, offset, last int) []byte {
	n := len(src) / t.step()
	if n == 0 {
		return l.appendBlock(dst, src, last)
	}
	l.values = l.values[:0]
	for i := range n {
		l.values = append(l.values, src[i*t.step():][:t.length]...)
	}
	l.values = append(l.values, src[n*t.step():]...)

	header := len(dst)
	dst = appendUint24(dst, 0)
	if coded, err := l.code(l.values); err == nil {
		dst = appendCoded(dst, coded, len(l.values))
	} else {
		const rawLiterals, size20 = 0, 3 << 2 // section 3.1.1.3.1.1
		dst = appendUint24(dst, rawLiterals|size20|len(l.values)<<4)
		dst = append(dst, l.values...)
	}
	dst = appendEqualSequences(dst, n, t.length, offset)
	size := len(dst) - header - 3
	if offset == sameOffset && size >= len(src) {
		return l.appendBlock(dst[:header], src, last)
	}
	appendUint24(dst[:header], size<<3|compressedBlock|last)
	return dst
}

// longestLiterals is the longest Literals_Length of appendEqualSequences.
const longestLiterals = 1023

// appendEqualSequences appends a Sequences_Section, section 3.1.1.3.2, of n
// sequences: so many literals, then a match of four bytes. As they are all the
// same, each of the three codes is written once (RLE_Mode), and the bit stream
// has nothing but what the codes leave open.
func appendEqualSequences(dst []byte, n, literals, offset int) []byte {
	if n < 128 { // Number_of_Sequences, in a block less than 0x7F00
		dst = append(dst, byte(n))
	} else {
		dst = append(dst, byte(n>>8)+128, byte(n))
	}
	const rleModes = 1<<6 | 1<<4 | 1<<2 // Symbol_Compression_Modes
	const matchOf4 = 1
	literalsCode, literalsRest, literalsBits := literalsLengthCode(literals)
	offsetBits := bits.Len(uint(offset)) - 1 // and the code
	dst = append(dst, rleModes, literalsCode, byte(offsetBits), matchOf4)

	// Section 3.1.1.3.2.1.2: read from the end, the offset's bits come first.
	sequence := literalsRest | uint64(offset-1<<offsetBits)<<literalsBits
	var acc uint64
	used := 0
	for range n {
		acc |= sequence << used
		for used += literalsBits + offsetBits; used >= 8; used -= 8 {
			dst = append(dst, byte(acc))
			acc >>= 8
		}
	}
	return append(dst, byte(acc|1<<used)) // a bit marks the end
}

// literalsLengthCode returns the code of a Literals_Length, at most
// longestLiterals, and the value and number of the bits that go with it: the
// table of section 3.1.1.3.2.1.1.
func literalsLengthCode(n int) (code byte, rest uint64, width int) {
	switch {
	case n < 16:
		return byte(n), 0, 0
	case n < 24:
		return byte(16 + (n-16)/2), uint64(n % 2), 1
	case n < 32:
		return byte(20 + (n-24)/4), uint64(n % 4), 2
	case n < 48:
		return byte(22 + (n-32)/8), uint64(n % 8), 3
	case n < 64:
		return 24, uint64(n % 16), 4
	default: // 64 to 127 have six bits, each doubling has one more
		width = bits.Len(uint(n)) - 1
		return byte(25 + width - 6), uint64(n - 1<<width), width
	}
}
