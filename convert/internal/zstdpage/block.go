package zstdpage

import (
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/huff0"
)

// block is what a Compressed_Block is made of, section 3.1.1.3. It is filled by
// Encoder.match and Encoder.cut.
type block struct {
	literals  []byte
	sequences []sequence
	huffman   huff0.Scratch
	coder     coder
}

func (b *block) reset() {
	b.literals = b.literals[:0]
	b.sequences = b.sequences[:0]
}

// appendLiterals appends the first n bytes of src.
func (b *block) appendLiterals(src []byte, n int) {
	// Mostly there are few. It is faster to copy more of them than there are than to
	// copy exactly as many.
	const few = 32
	if size := len(b.literals); n <= few && few <= len(src) && size+few <= cap(b.literals) {
		b.literals = b.literals[:size+few]
		*(*[few]byte)(b.literals[size:]) = *(*[few]byte)(src)
		b.literals = b.literals[:size+n]
		return
	}
	b.literals = append(b.literals, src[:n]...)
}

// append appends the content of a Compressed_Block.
func (b *block) append(dst []byte) []byte {
	return b.coder.append(b.appendLiteralsSection(dst), b.sequences)
}

// appendLiteralsSection appends a Literals_Section, section 3.1.1.3.1.
func (b *block) appendLiteralsSection(dst []byte) []byte {
	const (
		rawLiterals, rleLiterals, compressedLiterals = 0, 1, 2

		size20  = 3 << 2 // Regenerated_Size has 20 bits
		sizes18 = 3 << 2 // both sizes have 18 bits, and there are four streams
	)
	coded, err := b.code()
	size := len(b.literals)
	switch {
	case errors.Is(err, huff0.ErrUseRLE):
		return append(appendUint24(dst, rleLiterals|size20|size<<4), b.literals[0])
	case err != nil:
		return append(appendUint24(dst, rawLiterals|size20|size<<4), b.literals...)
	}
	const header = 5
	sizes := compressedLiterals | sizes18 | uint64(size)<<4 | uint64(len(coded))<<22
	dst = binary.LittleEndian.AppendUint64(dst, sizes)[:len(dst)+header]
	return append(dst, coded...)
}

// code returns the literals as Huffman_Tree_Description, Jump_Table and four
// streams, section 3.1.1.3.1; valid until the next call.
func (b *block) code() ([]byte, error) {
	const fewest = 1 << 10 // with fewer literals, a tree saves hardly more than it takes
	if len(b.literals) < fewest {
		return nil, huff0.ErrIncompressible
	}
	b.huffman.Reuse = huff0.ReusePolicyNone // each block has a tree of its own
	b.huffman.WantLogLess = 7               // it must save what its headers need, at least
	coded, _, err := huff0.Compress4X(b.literals, &b.huffman)
	return coded, err
}
