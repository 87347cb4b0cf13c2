package zstdpage

import "math/bits"

// similar is the finder of Encoder.Similar. It matches what a string has in common with
// an earlier one that begins alike and, where the two differ, what the string repeats
// from anywhere before. Its tables have places of the page; 0, where the levels are,
// stands for none.
type similar struct {
	last  int              // where the string before begins
	same  [tableSize]int32 // strings by the hash of their beginning and length
	alike [tableSize]int32 // strings by the hash of their beginning
	parts [tableSize]part  // what differed from an earlier string, by the hash of its first eight bytes
}

// part is a place of the page with more of its hash than the index has: comparing that
// is faster than looking at the place itself.
type part struct {
	at  int32
	tag uint32
}

const (
	tableBits = 12
	tableSize = 1 << tableBits
)

func (s *similar) begin() { *s = similar{} }

func (s *similar) find(e *Encoder, p, end int) {
	like := s.reference(e.page, p, end)
	if like == 0 {
		return
	}
	// offset leads to what is as far from the beginning of like, other to what is as far
	// from its end.
	offset, other := p-like, end-e.end(like)
	if other > p {
		other = offset // it would lead to before the page
	}
	fromEnd := other
	next, swap := -1, false // what agree returned
	for p+8 <= end {
		if diff := load64(e.page, p) ^ load64(e.page, p-offset); uint32(diff) != 0 {
			p += bits.TrailingZeros64(diff) / 8
			if p+8 > end {
				break
			}
			if next < p { // else what agree returned still holds
				next, swap = agree(e.page[:end], p, offset, other)
			}
			if next-p >= shortestPart {
				if to := s.repeated(e, p, end); to > 0 {
					p = to
					continue
				}
			}
			if p = next; p+8 > end {
				break
			}
			if swap {
				offset, other = other, offset
			}
		}
		to := forward(e.page[:end], p+shortestMatch, offset)
		e.match(p, to, offset)
		p = to
	}
	matchTail(e, end, fromEnd) // what both strings end with
}

// reference returns the earlier string that the one at p is compared with, 0 if
// there is none: one of the same length that begins alike, or one that begins
// alike, unless the one before begins more alike.
func (s *similar) reference(page []byte, p, end int) int {
	before := s.last
	s.last = p
	value := page[p+min(4, end-p) : end]
	if len(value) < 8 {
		return before
	}
	// The beginning is 16 bytes, or 24 for strings of the same length.
	hash := mix(load64(value, 0))
	hash = mix(hash ^ load64(value, min(8, len(value)-8)))
	alike := &s.alike[hash>>(64-tableBits)]
	if len(value) >= 24 {
		hash = mix(hash ^ load64(value, 16))
	}
	same := &s.same[mix(hash^uint64(len(value)))>>(64-tableBits)]
	found := 0
	for _, at := range [...]int32{*same, *alike} {
		if at > 0 && load64(page, int(at)+4) == load64(value, 0) {
			found = int(at)
			break
		}
	}
	*same, *alike = int32(p), int32(p)
	if found == 0 || found != before && forward(page[:end], p+4, p-before) > forward(page[:end], p+4, p-found) {
		return before
	}
	return found
}

// shortestPart is how long a part must be to be looked for elsewhere: the bytes that it
// is found by.
const shortestPart = 8

// mix spreads bits, so that the highest of what it returns are a hash of v.
func mix(v uint64) uint64 {
	v *= 0x9E3779B185EBCA87 // 2^64 divided by the golden ratio, and prime
	return v ^ v>>29
}

// repeated matches what begins at p with an earlier part that began with the same eight
// bytes, such as an id that a message has twice. It returns where the match ends, 0 if
// there is none.
func (s *similar) repeated(e *Encoder, p, end int) int {
	hash := mix(load64(e.page, p))
	entry := &s.parts[hash>>(64-tableBits)]
	found := *entry
	*entry = part{int32(p), uint32(hash)}
	if found.at == 0 || found.tag != uint32(hash) || load64(e.page, int(found.at)) != load64(e.page, p) {
		return 0
	}
	offset := p - int(found.at)
	to := forward(e.page[:end], p+8, offset)
	e.match(backward(e.page, p, offset, e.done), to, offset)
	return to
}

// agree returns the first place from p on where four bytes are the same as those one of
// the offsets before, and whether that offset is other. If there is none, it returns a
// place less than eight bytes before the end of the page.
func agree(page []byte, p, offset, other int) (at int, swap bool) {
	// Four in a row can begin at five of eight bytes.
	const step = 5
	for ; p+8 <= len(page); p += step {
		now := load64(page, p)
		if n := fourZeros(now ^ load64(page, p-offset)); n < step {
			return p + n, false
		}
		if other == offset {
			continue
		}
		if n := fourZeros(now ^ load64(page, p-other)); n < step {
			return p + n, true
		}
	}
	return p, false
}

// fourZeros returns how many bytes of v, from the lowest on, are before four in a row
// that are zero; 8 if there are no four.
func fourZeros(v uint64) int {
	const low = 0x7F7F7F7F7F7F7F7F
	zeros := ^(v&low + low | v | low) // the highest bit of each byte that is zero
	zeros &= zeros >> 8
	zeros &= zeros >> 16
	return bits.TrailingZeros64(zeros) / 8
}

// forward returns up to where the page, from p on, is the same as offset bytes before.
func forward(page []byte, p, offset int) int {
	for ; p+8 <= len(page); p += 8 {
		if diff := load64(page, p) ^ load64(page, p-offset); diff != 0 {
			return p + bits.TrailingZeros64(diff)/8
		}
	}
	for p < len(page) && page[p] == page[p-offset] {
		p++
	}
	return p
}

// backward returns from where on the page, up to p, is the same as offset bytes before;
// least is the lowest that it returns.
func backward(page []byte, p, offset, least int) int {
	least = max(least, offset)
	for p > least && page[p-1] == page[p-1-offset] {
		p--
	}
	return p
}

// matchTail matches the end of a string, as far as no match has it yet.
func matchTail(e *Encoder, end, offset int) {
	if start := backward(e.page, end, offset, e.done); end-start >= shortestMatch {
		e.match(start, end, offset)
	}
}
