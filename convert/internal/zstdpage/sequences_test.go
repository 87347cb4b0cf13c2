package zstdpage

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// anywhere matches so many bytes behind so many literals with what is so far
// back, wherever that is the same.
type anywhere struct {
	literals, length, offset func() int

	seen *seen
}

// seen is what came: codes of literals and matches, and most sequences in a block.
type seen struct {
	codes [kinds][maxSymbols]bool
	most  int
}

func (anywhere) begin() {}

func (a anywhere) find(e *Encoder, p, end int) {
	for p = max(p, e.done); ; {
		start := p + a.literals()
		p = start + a.length()
		if p > end {
			return
		}
		if offset := min(a.offset(), start); bytes.Equal(e.page[start:p], e.page[start-offset:p-offset]) {
			code, _ := literalsCodes.code(uint32(start - e.done))
			a.seen.codes[literalsKind][code] = true
			code, _ = matchCodes.code(uint32(p - start))
			a.seen.codes[matchKind][code] = true
			e.match(start, p, offset)
			a.seen.most = max(a.seen.most, len(e.block.sequences))
		}
	}
}

// TestSequences writes sequences with all codes, few and as many as a block can
// have, in tables of one symbol and of as many as there are.
func TestSequences(t *testing.T) {
	t.Parallel()
	r, d := newRandom(5), newDecoder(t)
	constant := func(n int) func() int { return func() int { return n } }
	// scattered has any number of bits as likely as any other.
	scattered := func(least, most int) func() int {
		return func() int { return least - 1 + int(math.Exp2(r.Float64()*math.Log2(float64(most-least+2)))) }
	}
	last := 1
	byTurns := func() int { last = 8 - last; return last }

	// Nothing but lengths interrupts what is the same everywhere, one a block.
	const size = maxBlock - 4
	one := binary.LittleEndian.AppendUint32(nil, size)
	one = append(one, bytes.Repeat([]byte{'x'}, size)...)
	var seen seen
	for _, tt := range []struct {
		what                     string
		literals, length, offset func() int
	}{
		{"all the same", constant(3), constant(5), constant(1)},
		{"as many as there can be", constant(0), constant(4), byTurns},
		{"literals", scattered(0, size), constant(4), constant(7)},
		{"lengths", constant(1), scattered(4, size), constant(7)},
		{"offsets", constant(1), constant(4), scattered(1, 30*maxBlock)},
		{"repeated offsets", scattered(0, 1), constant(4), scattered(1, 4)},
		{"everything", scattered(0, 3000), scattered(4, 3000), scattered(1, 3000)},
		{"short", scattered(0, 20), scattered(4, 40), scattered(1, 20)},
	} {
		t.Run(tt.what, func(t *testing.T) {
			for _, n := range []int{300, maxBlock, 40 * maxBlock} {
				page := append(make([]byte, 4), bytes.Repeat(one, 1+n/len(one))...)[:n]
				check(t, d, new(Encoder).compress(nil, page, anywhere{tt.literals, tt.length, tt.offset, &seen}), page)
			}
		})
	}
	for kind, last := range map[int]int{literalsKind: 34, matchKind: 52} {
		for code, ok := range seen.codes[kind][:last+1] {
			// A match has four bytes, which is code 1.
			if ok == (kind == matchKind && code == 0) {
				t.Errorf("kind %d: code %d comes: %t", kind, code, ok)
			}
		}
	}
	if seen.most < 0x7F00 {
		t.Errorf("a block has %d sequences, fewer than need three bytes for their number", seen.most)
	}
}

// planned are matches by where they begin, in order.
type planned []struct{ start, end, offset int }

func (*planned) begin() {}

func (l *planned) find(e *Encoder, _, end int) {
	for ; len(*l) > 0 && (*l)[0].end <= end; *l = (*l)[1:] {
		e.match((*l)[0].start, (*l)[0].end, (*l)[0].offset)
	}
}

// TestRawBlocks has blocks that would get larger, so that a decoder never sees
// their sequences, between others that refer to offsets used before.
func TestRawBlocks(t *testing.T) {
	t.Parallel()
	r, d := newRandom(7), newDecoder(t)
	for range 20 {
		page := make([]byte, 4)
		var plan planned
		raw := 0
		for range 10 {
			const size = maxBlock * 2 / 3 // one a block
			page = binary.LittleEndian.AppendUint32(page, size)
			begin := len(page)
			page = append(page, r.bytes(size)...)
			matches := 1 // saves less than it takes
			if r.IntN(2) == 0 {
				raw++
			} else {
				for i := range page[begin:] {
					page[begin+i] &= 3
				}
				matches = 100
			}
			offsets := []int{1, 4, 8, 1000, 2000, 3000}
			for range matches {
				at := begin + size/2 // behind what any of them refers to
				if len(plan) > 0 {
					at = max(at, plan[len(plan)-1].end)
				}
				at += r.IntN(3)
				offset := offsets[r.IntN(len(offsets))]
				end := at + 4 + r.IntN(4)
				for i := at; i < end; i++ {
					page[i] = page[i-offset]
				}
				plan = append(plan, struct{ start, end, offset int }{at, end, offset})
			}
		}
		frame := new(Encoder).compress(nil, page, &plan)
		if len(plan) > 0 {
			t.Fatalf("%d matches are left", len(plan))
		}
		check(t, d, frame, page)
		if got := bytes.Count(blockTypes(t, frame, page), []byte{rawBlock}); got < raw {
			t.Fatalf("%d blocks are raw, %d should be", got, raw)
		}
	}
}

// TestTable gives all numbers of symbols their shares.
func TestTable(t *testing.T) {
	t.Parallel()
	r := newRandom(6)
	for distinct := 2; distinct <= maxSymbols; distinct++ {
		for range 50 {
			var tbl table
			n := 0
			for _, code := range r.Perm(maxSymbols)[:distinct] {
				tbl.counts[code] = 1 + int32(math.Exp2(r.Float64()*14))
				n += int(tbl.counts[code])
			}
			tbl.build(n)
			sum := 0
			for code, share := range tbl.shares {
				sum += int(share)
				if (share > 0) != (tbl.counts[code] > 0) || share < 0 {
					t.Fatalf("a symbol that comes %d times has %d states", tbl.counts[code], share)
				}
			}
			// Section 3.1.1.3.2.1 allows 8 for offsets, 9 for the others.
			if sum != 1<<tbl.log || tbl.log < 5 || tbl.log > 8 {
				t.Fatalf("%d symbols have %d states, log %d", distinct, sum, tbl.log)
			}
		}
	}
}
