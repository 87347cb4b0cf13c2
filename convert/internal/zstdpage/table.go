package zstdpage

import "math/bits"

// table codes symbols by finite state entropy, section 4.1. A decoder is in one of
// 1<<log states, each of which stands for a symbol: more of them for a symbol
// that comes more often. It reads as many bits as it needs to know which state
// is next; each state is reached from exactly one of the states of every symbol.
// So who encodes begins with the last symbol, and takes for the one before the
// state of it that leads there, and the bits that say so.
type table struct {
	log     int
	counts  [maxSymbols]int32 // how often each symbol comes
	shares  [maxSymbols]int32 // how many states each symbol has
	symbols [maxSymbols]symbol
	states  [1 << maxLog]uint16 // of each symbol in turn, and 1<<log more each
}

// symbol says what comes before a state. As states are 1<<log and more, the
// upper half of bits+state is how many of its lowest bits are written; what is
// left of it, and base, is an index of states. Of eight states a symbol may have
// three. Then one bit is written of the states 8 to 11, which leaves 4 or 5, and two of
// 12 to 15, which leave 3: three indexes from base+3 on.
type symbol struct{ bits, base int32 }

const (
	maxSymbols = 53 // those of Match_Length_Code are the most

	minLog = 5
	maxLog = 8 // that of Offset_Code may not be more
)

// build makes the table for n symbols, of which at least two are different.
func (t *table) build(n int) {
	distinct := 0
	for _, count := range t.counts {
		if count > 0 {
			distinct++
		}
	}
	// Large enough for shares to be like the counts, too small to be itself much
	// of what is written.
	t.log = min(max(bits.Len(uint(n))-2, bits.Len(uint(2*distinct)), minLog), maxLog)
	t.share(n)
	t.spread()
}

// one makes the table that is not written, of one symbol only (RLE_Mode).
func (t *table) one(code uint8) {
	t.log = 0
	t.symbols[code] = symbol{}
	t.states[0] = 0
}

// share gives each of the symbols its part of the states, at least one.
func (t *table) share(n int) {
	left := int32(1) << t.log
	for s, count := range t.counts {
		t.shares[s] = 0
		if count > 0 {
			t.shares[s] = max(1, int32((int64(count)<<t.log+int64(n)/2)/int64(n)))
			left -= t.shares[s]
		}
	}
	for left != 0 { // rounding: the largest share changes least by one more or less
		largest := 0
		for s := range t.shares {
			if t.shares[s] > t.shares[largest] {
				largest = s
			}
		}
		by := max(left, -1)
		t.shares[largest] += by
		left -= by
	}
}

// spread gives the states to the symbols as section 4.1.1 says a decoder does.
func (t *table) spread() {
	size := int32(1) << t.log
	var of [1 << maxLog]uint8
	step, at := size>>1+size>>3+3, int32(0)
	for s, share := range t.shares {
		for range share {
			of[at] = uint8(s)
			at = (at + step) & (size - 1)
		}
	}
	// A decoder that comes to the k-th of share states has share+k in mind, and
	// shifts it left until it is one of size or more, to read the lowest bits. So
	// of states from share<<most on, most bits are shifted out, of others one less.
	var next [maxSymbols]int32
	first := int32(0)
	for s, share := range t.shares {
		if share == 0 {
			continue
		}
		most := int32(t.log - bits.Len32(uint32(share-1)) + 1)
		t.symbols[s] = symbol{bits: most<<16 - share<<most, base: first - share}
		next[s] = first
		first += share
	}
	for i, s := range of[:size] {
		t.states[next[s]] = uint16(size) + uint16(i)
		next[s]++
	}
}

// last is a state that stands for a symbol after which there is none.
func (t *table) last(code uint8) uint32 {
	s := t.symbols[code]
	width := uint32(s.bits+1<<15) >> 16
	return uint32(t.states[int32((width<<16-uint32(s.bits))>>width)+s.base])
}

// add writes the bits that lead to a state, and returns the state, of the symbol
// of that code, that they lead from.
func (t *table) add(w bitWriter, state uint32, code uint8) (bitWriter, uint32) {
	s := t.symbols[code]
	width := (state + uint32(s.bits)) >> 16
	return w.add(state&(1<<width-1), uint8(width)), uint32(t.states[int32(state>>width)+s.base])
}

// number is what a decoder calls a state.
func (t *table) number(state uint32) uint32 { return state & (1<<t.log - 1) }

// append appends the table as section 4.1.1 describes it.
func (t *table) append(dst []byte) []byte {
	w := bitWriter{}.add(uint32(t.log-minLog), 4)
	put := func(bits uint32, width int) {
		for w = w.add(bits, uint8(width)); w.width >= 8; w.width -= 8 {
			dst = append(dst, byte(w.bits))
			w.bits >>= 8
		}
	}
	left := uint32(1) << t.log
	for s := 0; left > 0; s++ {
		share := uint32(t.shares[s])
		// A value from 0 to left+1; those below short have a bit less.
		value, width := share+1, bits.Len32(left+1)
		short := uint32(1)<<width - 1 - (left + 1)
		switch {
		case value < short:
			width--
		case value >= 1<<(width-1):
			value += short
		}
		put(value, width)
		left -= share
		if share > 0 {
			continue
		}
		zeros := 0
		for t.shares[s+1] == 0 {
			s++
			zeros++
		}
		for ; zeros >= 3; zeros -= 3 {
			put(3, 2) // three more, and not all of them yet
		}
		put(uint32(zeros), 2)
	}
	if w.width > 0 {
		dst = append(dst, byte(w.bits))
	}
	return dst
}
