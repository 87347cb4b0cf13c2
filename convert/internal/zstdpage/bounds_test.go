package zstdpage

import "testing"

// TestBounds: these are what decoders were tried with.
func TestBounds(t *testing.T) {
	t.Parallel()
	if shortestMatch < 4 {
		t.Errorf("matches of %d bytes", shortestMatch)
	}
	if code, _ := offsetCode(farthest + 3); code > 28 {
		t.Errorf("offset code %d", code)
	}
	if maxLog > 8 {
		t.Errorf("tables of 2^%d states", maxLog)
	}
}

// noted sees the matches of a finder.
type noted struct {
	finder
	seen *matches
}

type matches struct{ count, shortest, farthest int }

func (n noted) find(e *Encoder, p, end int) {
	before := len(e.block.sequences)
	n.finder.find(e, p, end)
	for _, s := range e.block.sequences[before:] {
		n.seen.count++
		n.seen.shortest = min(n.seen.shortest, int(s.values[matchKind]))
		n.seen.farthest = max(n.seen.farthest, int(s.values[offsetKind])-3)
	}
}

// TestMatches holds what the finders match to the bounds, with a lower one for how far back.
func TestMatches(t *testing.T) {
	t.Parallel()
	r, d := newRandom(10), newDecoder(t)
	var e Encoder
	seen := matches{shortest: 99}
	for _, content := range contents {
		for _, f := range []finder{&e.similar, &e.lengths} {
			page := r.page(3*maxBlock, 5, content.next)
			const far = maxBlock + 1000
			check(t, d, e.compressWithin(far, nil, page, noted{f, &seen}), page)
			if seen.farthest > far {
				t.Fatalf("%s: a match is %d bytes before", content.name, seen.farthest)
			}
		}
	}
	if seen.shortest != shortestMatch {
		t.Errorf("a match has %d bytes, the shortest should have %d", seen.shortest, shortestMatch)
	}
	if seen.count == 0 || seen.farthest < maxBlock/2 {
		t.Errorf("%d matches, the farthest %d bytes before: nothing to see here", seen.count, seen.farthest)
	}
}
