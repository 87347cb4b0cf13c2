package zstdpage

import "encoding/binary"

// Encoder makes frames, one at a time, and keeps its memory between them. The
// zero value is ready. It belongs to one goroutine.
//
// A page is a data page as Encodings.md of the Parquet format has it: levels
// behind four bytes of length, then strings in PLAIN encoding, each behind four
// bytes of length. A page of anything else is compressed too, only worse. It has
// less than 2 GiB, shares no memory with dst, and is the window of its frame:
// some decoders refuse windows of more than 8 MiB.
type Encoder struct {
	page    []byte
	frame   []byte
	start   int // where the block being filled begins in the page
	done    int // up to here the page is in the block's literals and sequences
	block   block
	repeats repeats // the offsets used last
	before  repeats // what repeats was when the block was begun
	similar similar
	lengths lengths
}

// Similar appends a page to dst as a frame in which strings are compressed as variants
// of earlier ones: they agree with one at the same distance from their beginning, or
// from their end.
func (e *Encoder) Similar(dst, page []byte) []byte {
	return e.compress(dst, page, &e.similar)
}

// Lengths appends a page to dst as a frame in which a string refers to the one before
// only where both have the same length. Of random ids, most of them of one length, this
// is all that can be saved, beside coding their bytes by how frequent they are.
func (e *Encoder) Lengths(dst, page []byte) []byte {
	return e.compress(dst, page, &e.lengths)
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

// compress appends the frame of a page, in which f finds the matches.
func (e *Encoder) compress(dst, page []byte, f finder) []byte {
	return e.compressWithin(farthest, dst, page, f)
}

// compressWithin does so where no match is farther back than far. Strings that end
// behind that are not matched.
func (e *Encoder) compressWithin(far int, dst, page []byte, f finder) []byte {
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
	// The levels, and the first string's length, have a block of their own: their bytes
	// are not those of the strings, and would make the Huffman codes of these longer.
	p := e.end(0)
	own := min(p+4, len(page))
	e.room(0, own)
	e.cut(own, 0)
	for p < len(page) {
		end := e.end(p)
		if e.room(max(p, own), end) && end <= far {
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

// room makes room in a block for the string from p to end: if the block being filled
// has none, it begins another at p. It reports whether that is enough. If not, the
// string is longer than a block: then room fills blocks with it, as literals, and what
// is left at its end is the beginning of the next block.
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

// match appends a sequence: the page from start to end repeats what it has offset bytes
// before. What is between the last match and this one are its literals. A match has
// shortestMatch bytes or more, and is at most farthest bytes before.
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

// cut ends the block being filled before at, and writes it. last is lastBlock or 0.
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
