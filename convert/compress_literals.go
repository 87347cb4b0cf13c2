package convert

import (
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/huff0"
)

// literals makes zstd frames (RFC 8878) in which nothing is looked for that
// came before: every byte is a literal, coded by how frequent it is. Of random
// ids that is nearly all that can be saved, at a third of the time. The lengths
// before strings that are all equally long are copies of the first: see stride.
type literals struct {
	huffman huff0.Scratch
	values  []byte // of a block, without the lengths
}

// maxBlock is the Block_Maximum_Size of section 3.1.1.2.4.
const maxBlock = 128 << 10

// compress appends src, less than 4 GiB, as one frame. It never fails: it is a compressor.
func (l *literals) compress(dst, src []byte) ([]byte, error) {
	const (
		magic         = 0xFD2FB528
		contentSize4  = 2 << 6 // Frame_Content_Size has four bytes
		singleSegment = 1 << 5 // there is no Window_Descriptor
	)
	dst = binary.LittleEndian.AppendUint32(dst, magic)
	dst = append(dst, contentSize4|singleSegment)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(src)))
	if t, ok := strideOf(src); ok {
		return l.appendStrings(dst, src, t), nil
	}
	for len(src) > maxBlock {
		dst = l.appendBlock(dst, src[:maxBlock], 0)
		src = src[maxBlock:]
	}
	return l.appendBlock(dst, src, lastBlock), nil
}

// The parts of a Block_Header, section 3.1.1.2.
const (
	lastBlock       = 1
	rawBlock        = 0 << 1
	rleBlock        = 1 << 1
	compressedBlock = 2 << 1
)

// appendBlock appends src, at most maxBlock bytes, as one block.
func (l *literals) appendBlock(dst, src []byte, last int) []byte {
	coded, err := l.code(src)
	switch {
	case errors.Is(err, huff0.ErrUseRLE):
		return append(appendUint24(dst, len(src)<<3|rleBlock|last), src[0])
	case err != nil:
		return append(appendUint24(dst, len(src)<<3|rawBlock|last), src...)
	}
	dst = appendUint24(dst, (codedHeader+len(coded)+len(noSequences))<<3|compressedBlock|last)
	return append(appendCoded(dst, coded, len(src)), noSequences...)
}

// noSequences is a Sequences_Section_Header, section 3.1.1.3.2.1, of none.
const noSequences = "\x00"

// codedHeader is the size of the header that appendCoded writes.
const codedHeader = 5

// appendCoded appends what code returned of size bytes as a Literals_Section,
// section 3.1.1.3.1: both sizes in 18 bits, which means four streams.
func appendCoded(dst, coded []byte, size int) []byte {
	const compressedLiterals, sizes18 = 2, 3 << 2
	sizes := compressedLiterals | sizes18 | uint64(size)<<4 | uint64(len(coded))<<22
	dst = binary.LittleEndian.AppendUint64(dst, sizes)[:len(dst)+codedHeader]
	return append(dst, coded...)
}

// code returns src as Huffman_Tree_Description, Jump_Table and four streams of
// section 3.1.1.3.1; valid until the next call.
func (l *literals) code(src []byte) ([]byte, error) {
	const fewest = 1 << 10 // below that a tree hardly pays
	if len(src) < fewest {
		return nil, huff0.ErrIncompressible
	}
	l.huffman.Reuse = huff0.ReusePolicyNone // each block has a tree of its own
	l.huffman.WantLogLess = 7               // saves what the headers take at least
	coded, _, err := huff0.Compress4X(src, &l.huffman)
	return coded, err
}

func appendUint24(dst []byte, v int) []byte {
	return append(dst, byte(v), byte(v>>8), byte(v>>16))
}

// sampleSize is how much of a column chunk tells whether literals will do. It
// is looked at twice, so the cost is some 1 % of compressing the chunk.
const sampleSize = 16 << 10

// suffice reports whether a sample, compressed as literals, is at most an
// eighth larger than with a full compressor.
func (l *literals) suffice(full compressor, sample []byte) bool {
	matched, err := full(nil, sample)
	if err != nil {
		return false
	}
	coded, _ := l.compress(nil, sample)
	return len(coded) <= len(matched)+len(matched)/8
}
