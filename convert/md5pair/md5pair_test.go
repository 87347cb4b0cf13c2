package md5pair

import (
	"crypto/md5"
	"math/rand/v2"
	"testing"
)

// TestPair writes two streams in pieces of any length and compares each digest
// with crypto/md5's, also in between.
func TestPair(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 2000)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	piece := func() []byte {
		from := r.IntN(len(data))
		return data[from : from+r.IntN(min(len(data)-from, 1+r.IntN(1000)))]
	}
	for range 2000 {
		a, b := New(), New()
		wantA, wantB := md5.New(), md5.New()
		for range 1 + r.IntN(5) {
			p, q := piece(), piece()
			wantA.Write(p)
			wantB.Write(q)
			if r.IntN(4) == 0 {
				a.Add(p)
				b.Add(q)
			} else {
				AddPair(a, b, p, q)
			}
			if got := a.Sum(); got != [Size]byte(wantA.Sum(nil)) {
				t.Fatalf("first: %x, want %x", got, wantA.Sum(nil))
			}
			if got := b.Sum(); got != [Size]byte(wantB.Sum(nil)) {
				t.Fatalf("second: %x, want %x", got, wantB.Sum(nil))
			}
		}
	}
}

// TestLengths pads streams of every length around a block's.
func TestLengths(t *testing.T) {
	t.Parallel()
	data := make([]byte, 200)
	for n := range data {
		data[n] = byte(n)
		d := New()
		d.Add(data[:n])
		if got := d.Sum(); got != md5.Sum(data[:n]) {
			t.Errorf("%d bytes: %x, want %x", n, got, md5.Sum(data[:n]))
		}
	}
}

func BenchmarkPair(b *testing.B) {
	p, q := make([]byte, 512<<10), make([]byte, 512<<10)
	b.Run("pair", func(b *testing.B) {
		x, y := New(), New()
		b.SetBytes(int64(len(p) + len(q)))
		b.ReportAllocs()
		for b.Loop() {
			AddPair(x, y, p, q)
		}
	})
	b.Run("one", func(b *testing.B) {
		x := New()
		b.SetBytes(int64(len(p)))
		b.ReportAllocs()
		for b.Loop() {
			x.Add(p)
		}
	})
	b.Run("crypto", func(b *testing.B) {
		x := md5.New()
		b.SetBytes(int64(len(p)))
		b.ReportAllocs()
		for b.Loop() {
			x.Write(p)
		}
	})
}
