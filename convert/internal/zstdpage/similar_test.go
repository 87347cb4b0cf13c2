package zstdpage

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"testing"
)

// TestAgree compares what looks at eight bytes at once with what looks at each.
func TestAgree(t *testing.T) {
	t.Parallel()
	r := newRandom(8)
	for range 20_000 {
		page := r.bytes(20 + r.IntN(100))
		for i := range page {
			page[i] %= 2 // agree now and then
		}
		p := 10 + r.IntN(len(page)-10)
		offset, other := 1+r.IntN(10), 1+r.IntN(10)
		same := func(at, offset, n int) bool {
			return at+n <= len(page) && bytes.Equal(page[at:at+n], page[at-offset:at-offset+n])
		}

		want := p
		for want+8 <= len(page) && !same(want, offset, 4) && !same(want, other, 4) {
			want++
		}
		got, swap := agree(page, p, offset, other)
		// It prefers the first offset where both agree within a step.
		if found := want+8 <= len(page); found && (got < want || got > want+4) || !found && got+8 <= len(page) {
			t.Fatalf("agree at %d of %d, want %d", got, len(page), want)
		} else if got+8 <= len(page) && !same(got, map[bool]int{false: offset, true: other}[swap], 4) {
			t.Fatal("agree with the other one")
		}

		want = p
		for same(want, offset, 1) {
			want++
		}
		if got := forward(page, p, offset); got != want {
			t.Fatalf("forward to %d, want %d", got, want)
		}
		least := r.IntN(p + 1)
		want = p
		for want > max(least, offset) && same(want-1, offset, 1) {
			want--
		}
		if got := backward(page, p, offset, least); got != want {
			t.Fatalf("back to %d, want %d", got, want)
		}
	}
}

// unmix is the inverse of mix.
func unmix(v uint64) uint64 {
	v ^= v>>29 ^ v>>58
	inverse := uint64(1)
	for range 6 { // each step doubles how many bits are right
		inverse *= 2 - 0x9E3779B185EBCA87*inverse
	}
	return v * inverse
}

// TestCollision has parts that the table of parts takes for the same.
func TestCollision(t *testing.T) {
	t.Parallel()
	r, d := newRandom(9), newDecoder(t)
	const between = 1 << 34 // neither of the index nor of the tag; changes the part's first byte
	if between>>(64-tableBits) != 0 || bits.TrailingZeros64(between) < 32 {
		t.Fatal("the bit is in use")
	}
	page := make([]byte, 4)
	for i := range 100 {
		part := r.Uint64()
		if mix(unmix(part)) != part {
			t.Fatal("unmix is not the inverse")
		}
		if i%2 == 1 {
			part = mix(binary.LittleEndian.Uint64(page[len(page)-50:])) ^ between
		}
		page = binary.LittleEndian.AppendUint32(page, 80)
		page = append(page, "a beginning like others      :"...)
		page = binary.LittleEndian.AppendUint64(page, unmix(part))
		page = append(page, r.bytes(42)...)
	}
	check(t, d, new(Encoder).Similar(nil, page), page)
}
