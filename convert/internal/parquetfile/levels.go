package parquetfile

import (
	"encoding/binary"
	"math/bits"
)

// levels are the definition levels of a page of an optional column: 1 for a
// value, 0 for a null.
type levels struct {
	words   []uint64 // 64 levels each, the first the lowest bit
	rows    int
	present int // rows that have a value
}

func (l *levels) reset() { *l = levels{words: l.words[:0]} }

// append adds n rows, at most 64: bit i of valid is the level of row i, and the bits
// above are 0.
func (l *levels) append(valid uint64, n int) {
	used := l.rows % 64
	if used == 0 {
		l.words = append(l.words, valid)
	} else {
		l.words[len(l.words)-1] |= valid << used
		if used+n > 64 {
			l.words = append(l.words, valid>>(64-used))
		}
	}
	l.rows += n
	l.present += bits.OnesCount64(valid)
}

// encode appends the levels as a data page of version 1 has them: their length
// in four bytes, then the hybrid of Encodings.md, section "Run Length Encoding /
// Bit-Packing Hybrid". Of one bit each,
// bit-packed levels are the same as Arrow's bitmap.
func (l *levels) encode(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	switch l.present {
	case 0:
		dst = append(binary.AppendUvarint(dst, uint64(l.rows)<<1), 0)
	case l.rows:
		dst = append(binary.AppendUvarint(dst, uint64(l.rows)<<1), 1)
	default:
		groups := (l.rows + 7) / 8
		dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
		end := len(dst) + groups
		for _, w := range l.words {
			dst = binary.LittleEndian.AppendUint64(dst, w)
		}
		dst = dst[:end]
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// appendIndices appends dictionary indices of width bits as a data page has them: the
// width in a byte, then the same hybrid.
func appendIndices(dst []byte, indices []uint32, width int) []byte {
	dst = append(dst, byte(width))
	packed := 0 // where the values begin that are not written yet
	for i := 0; i < len(indices); {
		run := runLength(indices[i:])
		if run < 8 {
			i += 8 // bit-packed values come in groups of eight
			continue
		}
		dst = appendPacked(dst, indices[packed:i], width)
		dst = binary.AppendUvarint(dst, uint64(run)<<1)
		for w := 0; w < width; w += 8 {
			dst = append(dst, byte(indices[i]>>w))
		}
		i += run
		packed = i
	}
	return appendPacked(dst, indices[packed:], width)
}

// runLength returns how many values at the beginning are equal.
func runLength(v []uint32) int {
	n := 1
	for n < len(v) && v[n] == v[0] {
		n++
	}
	return n
}

// appendPacked appends a bit-packed run, filled up with zeros to whole groups.
func appendPacked(dst []byte, v []uint32, width int) []byte {
	if len(v) == 0 {
		return dst
	}
	groups := (len(v) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	end := len(dst) + groups*width
	var acc uint64
	used := 0
	for _, x := range v {
		acc |= uint64(x) << used
		used += width
		for used >= 8 {
			dst = append(dst, byte(acc))
			acc >>= 8
			used -= 8
		}
	}
	for len(dst) < end {
		dst = append(dst, byte(acc))
		acc = 0
	}
	return dst
}
