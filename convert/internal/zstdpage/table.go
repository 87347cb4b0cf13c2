package zstdpage

import "math/bits"

// table codes symbols, which are the codes of one kind of value, by finite state
// entropy: section 4.1. A decoder is in one of 1<<log states, each of which stands for a
// symbol: more of them for a symbol that comes more often. It reads as many bits as it
// needs to know which state is next. Each state is reached from exactly one of the
// states of every symbol. So an encoder begins with the last symbol; of the symbol
// before it chooses the state that leads there, and writes the bits that say so.
//
// An example are the codes 20, 1, 1 of the literals in the package's example. Of 32
// states code 1 has 21, code 20 has 11. Here a state is its number and 32, so 32 to 63.
// The eleven states of code 20 lead to all 32: the first five to four each, which two
// bits tell apart, the other six to two each, which takes one bit:
//
//	states of code 20    35     36     40     41     45     49     50     54     58     59     63
//	lead to           44-47  48-51  52-55  56-59  60-63  32-33  34-35  36-37  38-39  40-41  42-43
//
// So the encoder that is in state 48, which stands for the first code 1, writes the two
// lowest bits of 48, 00, and is then in state 36: a decoder in state 36, which is its
// number 4, has the code 20, and reads the bits 00 to go to state 48, its number 16.
type table struct {
	log     int
	counts  [maxSymbols]int32 // how often each symbol comes
	shares  [maxSymbols]int32 // how many states each symbol has
	symbols [maxSymbols]symbol
	states  [1 << maxLog]uint16 // those of the first symbol, those of the next, and so on
}

// symbol says, for a symbol and a state to come, how many of the state's lowest bits are
// written and which state of the symbol leads there. The upper half of bits+state is the
// number of bits. The state without these bits, and base, is the index of the other in
// table.states. For code 20 of the example, whose states are those from index 21 on,
// bits are 2<<16-44 and base is 10: two bits are written of the states 44 to 63, which
// leaves 11 to 15, and one bit of the states 32 to 43, which leaves 16 to 21.
type symbol struct{ bits, base int32 }

const (
	maxSymbols = 53 // those of Match_Length_Code are the most

	minLog = 5 // maxLog is one of the bounds
)

// build makes the table for n symbols, of which at least two are different.
func (t *table) build(n int) {
	distinct := 0
	for _, count := range t.counts {
		if count > 0 {
			distinct++
		}
	}
	// Large enough for the shares to be in proportion to the counts, and small enough
	// for the table not to be much of what is written.
	t.log = min(max(bits.Len(uint(n))-2, bits.Len(uint(2*distinct)), minLog), maxLog)
	t.share(n)
	t.spread()
}

// buildSingle makes the table of one symbol only, which is not written (RLE_Mode).
func (t *table) buildSingle(code uint8) {
	t.log = 0
	t.symbols[code] = symbol{}
	t.states[0] = 0
}

// share gives each symbol that comes its share of the states, at least one.
func (t *table) share(n int) {
	left := int32(1) << t.log
	for s, count := range t.counts {
		t.shares[s] = 0
		if count > 0 {
			t.shares[s] = max(1, int32((int64(count)<<t.log+int64(n)/2)/int64(n)))
			left -= t.shares[s]
		}
	}
	for left != 0 { // by rounding: one more or less changes the largest share least
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
	// A decoder in the k-th state of a symbol shifts share+k to the left until it is
	// size or more, and reads the lowest bits that this leaves open. So of the states
	// from share<<most on the lowest most bits are written, of those below one bit less.
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

// last returns the state that stands for the last symbol: the one in which an encoder
// begins.
func (t *table) last(code uint8) uint32 {
	s := t.symbols[code]
	width := uint32(s.bits+1<<15) >> 16
	return uint32(t.states[int32((width<<16-uint32(s.bits))>>width)+s.base])
}

// add writes the bits that lead to a state, and returns the state that they lead from,
// which stands for the symbol code.
func (t *table) add(w bitWriter, state uint32, code uint8) (bitWriter, uint32) {
	s := t.symbols[code]
	width := (state + uint32(s.bits)) >> 16
	return w.add(state&(1<<width-1), uint8(width)), uint32(t.states[int32(state>>width)+s.base])
}

// number returns the number that a decoder has for a state.
func (t *table) number(state uint32) uint32 { return state & (1<<t.log - 1) }

// append appends the table as section 4.1.1 describes it.
func (t *table) append(dst []byte) []byte {
	w := bitWriter{}.add(uint32(t.log-minLog), 4)
	put := func(v uint32, width int) {
		for w = w.add(v, uint8(width)); w.width >= 8; w.width -= 8 {
			dst = append(dst, byte(w.bits))
			w.bits >>= 8
		}
	}
	left := uint32(1) << t.log
	for s := 0; left > 0; s++ {
		share := uint32(t.shares[s])
		// The value is one of 0 to left+1; those below short have a bit less.
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
			put(3, 2) // three more, and there may be others
		}
		put(uint32(zeros), 2)
	}
	if w.width > 0 {
		dst = append(dst, byte(w.bits))
	}
	return dst
}
