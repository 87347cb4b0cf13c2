package encode

import "testing"

func TestBuffers(t *testing.T) {
	t.Parallel()
	b := make(Buffers, 2)
	if got := b.Get(); got != nil {
		t.Errorf("%d bytes, where there are none", len(got))
	}
	for n := range 3 { // one more than there is room for
		b.Put(make([]byte, n+1))
	}
	for _, want := range []int{1, 2, 0} {
		if got := b.Get(); len(got) != want {
			t.Errorf("%d bytes, want %d", len(got), want)
		}
	}
}
