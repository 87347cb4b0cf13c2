package zstdpage

import (
	"encoding/binary"
	"math/bits"
)

// sequence is a number of literals and the match behind them, given by its Offset_Value
// and its length: section 3.1.1.3.2. A value is written as a code and a rest, which is
// a number of as many bits as the code says. coder.count puts the rest in place of the
// value.
type sequence struct {
	values [kinds]uint32
	codes  [kinds]uint8
}

// The kinds of values, in the order of their tables in a block.
const (
	literalsKind = iota
	offsetKind
	matchKind
	kinds
)

// repeats are the offsets used last, section 3.1.1.5.
type repeats [3]uint32

// value returns the Offset_Value of an offset, which becomes the one used last. The
// values 1 to 3 mean offsets used last, and which depends on whether the sequence has
// literals.
func (r *repeats) value(offset uint32, literals bool) uint32 {
	value := uint32(1)
	if !literals {
		value = 0 // then none means r[0], and 1 means r[1]
	}
	switch {
	case offset == r[0] && literals:
		return value
	case offset == r[1]:
		r[0], r[1] = r[1], r[0]
		return value + 1
	case offset == r[2]:
		value += 2
	default:
		value = offset + 3
	}
	r[0], r[1], r[2] = offset, r[0], r[1]
	return value
}

// lengthCodes is a table of section 3.1.1.3.2.1.1: a length is least, the base of its
// code, and a rest of as many bits as the code's width.
type lengthCodes struct {
	least  uint32 // the shortest length
	base   [maxSymbols]uint32
	widths [maxSymbols]uint8
	small  [128]uint8 // the codes of least and the lengths that follow
	large  int        // the code of a longer length is this and the number of bits of length-least
}

var (
	literalsCodes = newLengthCodes(0, 18, [maxSymbols]uint8{
		16: 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	})
	matchCodes = newLengthCodes(3, 35, [maxSymbols]uint8{
		32: 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	})
)

// newLengthCodes returns the table of codes with these widths.
func newLengthCodes(least uint32, large int, widths [maxSymbols]uint8) *lengthCodes {
	c := &lengthCodes{least: least, large: large, widths: widths}
	base := 0
	for code, width := range widths {
		c.base[code] = uint32(base)
		next := base + 1<<width
		for ; base < min(next, len(c.small)); base++ {
			c.small[base] = uint8(code)
		}
		base = next
	}
	return c
}

// code returns the code and the rest of a length.
func (c *lengthCodes) code(length uint32) (code uint8, rest uint32) {
	length -= c.least
	if length < uint32(len(c.small)) {
		code = c.small[length]
	} else {
		code = uint8(bits.Len32(length) + c.large)
	}
	return code, length - c.base[code]
}

// offsetCode returns the code and the rest of an Offset_Value: the code is the number
// of bits of the rest.
func offsetCode(value uint32) (code uint8, rest uint32) {
	code = uint8(bits.Len32(value) - 1)
	return code, value - 1<<code
}

// coder writes sequences.
type coder struct{ tables [kinds]table }

// append appends a Sequences_Section, section 3.1.1.3.2.
func (c *coder) append(dst []byte, sequences []sequence) []byte {
	const twoBytes, threeBytes = 0x80, 0x7F00 // Number_of_Sequences from which there are so many
	switch n := len(sequences); {
	case n < twoBytes:
		dst = append(dst, byte(n))
	case n < threeBytes:
		dst = append(dst, byte(n>>8)+0x80, byte(n))
	default:
		dst = append(dst, 0xFF, byte(n-threeBytes), byte((n-threeBytes)>>8))
	}
	if len(sequences) == 0 {
		return dst
	}
	c.count(sequences)
	modes := len(dst) // Symbol_Compression_Modes
	dst = append(dst, 0)
	for kind := range c.tables {
		const rleMode, fseMode = 1, 2
		t := &c.tables[kind]
		if code := sequences[0].codes[kind]; int(t.counts[code]) == len(sequences) {
			dst[modes] |= rleMode << (6 - 2*kind)
			dst = append(dst, code)
			t.buildSingle(code)
			continue
		}
		dst[modes] |= fseMode << (6 - 2*kind)
		t.build(len(sequences))
		dst = t.append(dst)
	}
	return c.appendBits(dst, sequences)
}

// count puts the code and the rest of each value in its place, and counts the codes.
func (c *coder) count(sequences []sequence) {
	for kind := range c.tables {
		clear(c.tables[kind].counts[:])
	}
	literals, offsets, matches := &c.tables[literalsKind].counts, &c.tables[offsetKind].counts, &c.tables[matchKind].counts
	for i := range sequences {
		s := &sequences[i]
		code, rest := literalsCodes.code(s.values[literalsKind])
		s.codes[literalsKind], s.values[literalsKind] = code, rest
		literals[code]++
		code, rest = offsetCode(s.values[offsetKind])
		s.codes[offsetKind], s.values[offsetKind] = code, rest
		offsets[code]++
		code, rest = matchCodes.code(s.values[matchKind])
		s.codes[matchKind], s.values[matchKind] = code, rest
		matches[code]++
	}
}

// appendBits appends the bit stream of section 3.1.1.3.2.1.2. A decoder reads it from
// its end, so it is written in the opposite order: the last sequence first, and of each
// sequence first what is read last.
func (c *coder) appendBits(dst []byte, sequences []sequence) []byte {
	const most = 16 // a sequence has fewer bytes: 2+2+4 of rests and 4 of states
	for cap(dst)-len(dst) < most*(len(sequences)+1) {
		dst = append(dst[:cap(dst)], 0)[:len(dst)]
	}
	literals, offsets, matches := &c.tables[literalsKind], &c.tables[offsetKind], &c.tables[matchKind]
	last := len(sequences) - 1
	codes := sequences[last].codes
	literalsState := literals.last(codes[literalsKind])
	offsetState := offsets.last(codes[offsetKind])
	matchState := matches.last(codes[matchKind])
	var w bitWriter
	for i := last; ; i-- {
		s := &sequences[i]
		w = w.add(s.values[literalsKind], literalsCodes.widths[s.codes[literalsKind]])
		w = w.add(s.values[matchKind], matchCodes.widths[s.codes[matchKind]])
		w, dst = w.flush(dst)
		w = w.add(s.values[offsetKind], s.codes[offsetKind])
		if i == 0 {
			break
		}
		codes := sequences[i-1].codes
		w, offsetState = offsets.add(w, offsetState, codes[offsetKind])
		w, matchState = matches.add(w, matchState, codes[matchKind])
		w, literalsState = literals.add(w, literalsState, codes[literalsKind])
		w, dst = w.flush(dst)
	}
	w = w.add(matches.number(matchState), uint8(matches.log))
	w = w.add(offsets.number(offsetState), uint8(offsets.log))
	w = w.add(literals.number(literalsState), uint8(literals.log))
	w = w.add(1, 1) // marks the end
	w, dst = w.flush(dst)
	if w.width > 0 {
		dst = append(dst, byte(w.bits))
	}
	return dst
}

// bitWriter has the bits that are not written yet, the first of them the lowest.
type bitWriter struct {
	bits  uint64
	width uint8 // of bits, at most 64
}

// add adds a number of that many bits.
func (w bitWriter) add(v uint32, width uint8) bitWriter {
	return bitWriter{w.bits | uint64(v)<<w.width, w.width + width}
}

// flush writes the whole bytes to dst, which has room for eight more.
func (w bitWriter) flush(dst []byte) (bitWriter, []byte) {
	n := len(dst)
	binary.LittleEndian.PutUint64(dst[n:n+8], w.bits)
	return bitWriter{w.bits >> (w.width &^ 7), w.width & 7}, dst[:n+int(w.width/8)]
}
