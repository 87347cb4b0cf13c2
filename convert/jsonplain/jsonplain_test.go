package jsonplain

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

func plain(s []byte) int {
	for i, b := range s {
		if b < ' ' || b == '"' || b == '\\' {
			return i
		}
	}
	return len(s)
}

// TestLength puts every byte at every place of texts of every length up to 70.
func TestLength(t *testing.T) {
	t.Parallel()
	for n := range 70 {
		for at := range n {
			for b := range 256 {
				s := bytes.Repeat([]byte{'~'}, n)
				s[at] = byte(b)
				check(t, s)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		s := make([]byte, r.IntN(200))
		for i := range s {
			s[i] = byte(r.Uint32())
			if r.IntN(8) > 0 {
				s[i] = byte(' ' + r.IntN(96))
			}
		}
		check(t, s)
	}
}

// check looks at s and at nothing beside it, whatever that is.
func check(t *testing.T, s []byte) {
	t.Helper()
	room := append(append([]byte(`""""""""""""""""`), s...), `""""""""""""""""`...)
	inside := room[16 : 16+len(s)]
	want := plain(s)
	if got := Length(inside); got != want {
		t.Fatalf("%d of %q, want %d", got, s, want)
	}
	if len(s) >= 8 {
		if got := lengthWords(inside); got != want {
			t.Fatalf("by words %d of %q, want %d", got, s, want)
		}
	}
}

func BenchmarkLength(b *testing.B) {
	for _, n := range []int{12, 20, 100, 1000} {
		s := bytes.Repeat([]byte{'~'}, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				Length(s)
			}
		})
		b.Run(fmt.Sprint(n, " by words"), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				lengthWords(s)
			}
		})
	}
}
