package ndjson

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// plainLengthByBytes is plainLength, one byte at a time.
func plainLengthByBytes(s []byte) int {
	for i, b := range s {
		if b < ' ' || b == '"' || b == '\\' {
			return i
		}
	}
	return len(s)
}

// TestPlainLength puts every byte at every place of texts of every length up to
// 70, then tries random texts.
func TestPlainLength(t *testing.T) {
	t.Parallel()
	for n := range 70 {
		for at := range n {
			for b := range 256 {
				s := bytes.Repeat([]byte{'~'}, n)
				s[at] = byte(b)
				checkPlainLength(t, s)
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
		checkPlainLength(t, s)
	}
}

// checkPlainLength puts s between quotes, so that looking beside it would show.
func checkPlainLength(t *testing.T, s []byte) {
	t.Helper()
	room := append(append([]byte(`""""""""""""""""`), s...), `""""""""""""""""`...)
	inside := room[16 : 16+len(s)]
	if got, want := plainLength(inside), plainLengthByBytes(s); got != want {
		t.Fatalf("%d of %q, want %d", got, s, want)
	}
}

func BenchmarkPlainLength(b *testing.B) {
	for _, n := range []int{12, 20, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := bytes.Repeat([]byte{'~'}, n)
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				plainLength(s)
			}
		})
	}
}
