package batch

import (
	"math/rand/v2"
	"testing"
)

// TestValid reads bitmaps from every bit on, up to their end.
func TestValid(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	bitmap := make([]byte, 20)
	for i := range bitmap {
		bitmap[i] = byte(r.Uint32())
	}
	for offset := range 8 * len(bitmap) {
		valid := Valid{bitmap, offset}
		for n := 1; n <= min(64, 8*len(bitmap)-offset); n++ {
			var want uint64
			for i := range n {
				want |= uint64(bitmap[(offset+i)/8]>>((offset+i)%8)&1) << i
			}
			if got := valid.Load(0, n); got != want {
				t.Fatalf("%d bits from %d: %b, want %b", n, offset, got, want)
			}
		}
	}
	if got := (Valid{}).Load(5, 3); got != 0b111 {
		t.Errorf("no bitmap: %b", got)
	}
}
