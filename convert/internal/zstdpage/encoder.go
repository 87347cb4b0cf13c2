// Package zstdpage compresses pages of strings as Zstandard frames. The comments
// name sections of RFC 8878, which describes them.
//
// What compresses anything has to look everywhere for what came before. Here it
// is known where strings begin and end, so there is little to look for: a string
// of a report is much like an earlier one, byte by byte at the same places, or it
// is random and like none. Any decoder reads the frames.
package zstdpage

import "encoding/binary"

// Encoder makes frames, one at a time, and keeps its memory between them. The
// zero value is ready.
//
// A page is one of data as Encodings.md of the Parquet format has it: levels
// behind four bytes of length, then strings in PLAIN encoding, each behind four
// bytes of length. A page of anything else is compressed too, only worse. It has
// less than 2 GiB, shares no memory with dst, and is the window of its frame:
// some decoders take no more than 8 MiB.
type Encoder struct {
	page    []byte
	frame   []byte
	start   int // of the block being filled
	done    int // up to here the page is in the block's literals and sequences
	block   block
	before  repeats // when the block was begun
	repeats repeats
	similar similar
	lengths lengths
}

// finder finds what a string has in common with earlier ones.
type finder interface {
	// begin forgets the page before.
	begin()
	// find calls e.match for parts of the string between p, where its length is,
	// and end, in order.
	find(e *Encoder, p, end int)
}

// maxBlock is the Block_Maximum_Size of section 3.1.1.2.4.
const maxBlock = 128 << 10

func (e *Encoder) compress(dst, page []byte, f finder) []byte {
	const (
		magic         = 0xFD2FB528
		contentSize4  = 2 << 6 // Frame_Content_Size has four bytes
		singleSegment = 1 << 5 // there is no Window_Descriptor
	)
	dst = binary.LittleEndian.AppendUint32(dst, magic)
	dst = append(dst, contentSize4|singleSegment)
	e.frame = binary.LittleEndian.AppendUint32(dst, uint32(len(page)))
	e.page, e.start, e.done = page, 0, 0
	e.repeats = repeats{1, 4, 8} // section 3.1.1.5
	e.before = e.repeats
	f.begin()
	// The levels, and a length that nothing precedes, have a block of their own: their
	// bytes are not those of the strings, and would make the codes of these longer.
	p := e.end(0)
	own := min(p+4, len(page))
	e.room(0, own)
	e.cut(own, 0)
	for p < len(page) {
		end := e.end(p)
		if e.room(max(p, own), end) {
			f.find(e, p, end)
		}
		p = end
	}
	e.cut(len(page), lastBlock)
	dst = e.frame
	e.page, e.frame = nil, nil
	return dst
}

// end returns where the string ends whose length is at p, the page's end at the latest.
func (e *Encoder) end(p int) int {
	left := uint64(len(e.page) - p)
	if left < 4 {
		return len(e.page)
	}
	return p + int(min(left, 4+uint64(load32(e.page, p))))
}

// room begins a block at p if the one being filled has no room until end. It
// reports whether there is room now; if not, all up to end that fills blocks is
// in some, as literals.
func (e *Encoder) room(p, end int) bool {
	if end-e.start <= maxBlock {
		return true
	}
	e.cut(p, 0)
	if end-p <= maxBlock {
		return true
	}
	for end-e.start > maxBlock {
		e.cut(e.start+maxBlock, 0)
	}
	return false
}

// match says that the page from start to end is what it is offset bytes before.
// What is between the last match and this are literals.
//
// It has four bytes or more. The format allows three, but of two such matches the
// last table and the bits may take three bytes, and some decoders want four there.
func (e *Encoder) match(start, end, offset int) {
	literals := start - e.done
	if literals == 0 && len(e.block.sequences) > 0 && uint32(offset) == e.repeats[0] {
		e.block.sequences[len(e.block.sequences)-1].values[matchKind] += uint32(end - start)
		e.done = end
		return
	}
	e.block.appendLiterals(e.page[e.done:], literals)
	e.block.sequences = append(e.block.sequences, sequence{values: [kinds]uint32{
		literalsKind: uint32(literals),
		offsetKind:   e.repeats.value(uint32(offset), literals > 0),
		matchKind:    uint32(end - start),
	}})
	e.done = end
}

// The parts of a Block_Header, section 3.1.1.2.
const (
	lastBlock       = 1
	rawBlock        = 0 << 1
	compressedBlock = 2 << 1
)

// cut ends the block being filled before at.
func (e *Encoder) cut(at, last int) {
	content := e.page[e.start:at]
	if len(content) == 0 && last == 0 {
		return
	}
	e.block.appendLiterals(e.page[e.done:], at-e.done)
	header := len(e.frame)
	e.frame = e.block.append(appendUint24(e.frame, 0))
	// As section 3.1.1.2.4 has it, a block may not be larger than its content.
	if size := len(e.frame) - header - 3; size < len(content) {
		appendUint24(e.frame[:header], size<<3|compressedBlock|last)
	} else {
		e.frame = append(appendUint24(e.frame[:header], len(content)<<3|rawBlock|last), content...)
		e.repeats = e.before
	}
	e.block.reset()
	e.start, e.done = at, at
	e.before = e.repeats
}

func appendUint24(dst []byte, v int) []byte {
	return append(dst, byte(v), byte(v>>8), byte(v>>16))
}

func load32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
func load64(b []byte, at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
