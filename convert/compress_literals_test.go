package convert

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// ids returns n bytes of random ids, each with its length before it as in a page.
func ids(n int, encode func([]byte) string) []byte {
	r := random{rand.New(rand.NewPCG(1, 2))}
	page := make([]byte, 0, n+64)
	for len(page) < n {
		raw := make([]byte, 18)
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		id := encode(raw)
		page = append(page, byte(len(id)), 0, 0, 0)
		page = append(page, id...)
	}
	return page[:n]
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	contents := []struct {
		name string
		of   func(n int) []byte
	}{
		{"base64", func(n int) []byte { return ids(n, base64.StdEncoding.EncodeToString) }},
		{"incompressible", func(n int) []byte { return ids(n, func(raw []byte) string { return string(raw) }) }},
		{"one byte", func(n int) []byte { return bytes.Repeat([]byte{'x'}, n) }},
		{"two bytes", func(n int) []byte { return bytes.Repeat([]byte("xxxxxxxy"), n)[:n] }},
		{"skewed then flat", func(n int) []byte {
			return append(make([]byte, n/2), ids(n-n/2, hex.EncodeToString)...)
		}},
	}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(decoder.Close)
	for _, content := range contents {
		t.Run(content.name, func(t *testing.T) {
			t.Parallel()
			var l literals
			for _, n := range []int{0, 1, 2, 1023, 1024, 1025, 16383, 16384, 65536, maxBlock - 1, maxBlock, maxBlock + 1, 2 * maxBlock, 3*maxBlock + 5000} {
				src := content.of(n)
				frame, err := l.compress([]byte("before"), src)
				if err != nil {
					t.Fatal(err)
				}
				if limit := len("before") + 9 + 3*(n/maxBlock+1) + n; len(frame) > limit {
					t.Errorf("%d bytes became %d, more than %d", n, len(frame), limit)
				}
				got, err := decoder.DecodeAll(bytes.TrimPrefix(frame, []byte("before")), nil)
				if err != nil || !bytes.Equal(got, src) {
					t.Errorf("%d bytes: read %d others: %v", n, len(got), err)
				}
			}
		})
	}
}

// TestStride compresses pages of strings of one length, and some that nearly are,
// cut off anywhere.
func TestStride(t *testing.T) {
	t.Parallel()
	r := random{rand.New(rand.NewPCG(5, 6))}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(decoder.Close)
	var l literals
	for length := range longestLiterals + 10 {
		if length > 70 && bits.Len(uint(length-5)) == bits.Len(uint(length+5)) {
			continue // between powers of two one is like the other
		}
		for _, alphabet := range []int{1, 2, 64, 256} {
			count := 64 + r.IntN(1+200_000/(length+4))
			page := []byte{3, 0, 0, 0, 2, 3, 4}
			for range count {
				page = append(page, byte(length), byte(length>>8), 0, 0)
				for range length {
					page = append(page, byte(r.IntN(alphabet)))
				}
			}
			page = page[:len(page)-r.IntN(length+5)]
			changed := r.IntN(8) == 0
			if changed {
				page[7+(length+4)*r.IntN(60)]++ // one of the lengths
			}
			found, ok := strideOf(page)
			if want := length > 0 && length <= longestLiterals && !changed && len(page)-7 >= 64*(length+4); ok != want {
				t.Fatalf("%d strings of %d bytes, changed %t: stride %v, %t", count, length, changed, found, ok)
			}
			frame, err := l.compress(nil, page)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decoder.DecodeAll(frame, nil)
			if err != nil || !bytes.Equal(got, page) {
				t.Fatalf("%d strings of %d bytes: read %d others: %v", count, length, len(got), err)
			}
			if limit := len(page) + 30 + 3*(len(page)/maxBlock+1); len(frame) > limit {
				t.Fatalf("%d bytes became %d, more than %d", len(page), len(frame), limit)
			}
		}
	}
}

func TestLiteralsSuffice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		page []byte
		want bool
	}{
		{"base64", ids(sampleSize, base64.StdEncoding.EncodeToString), true},
		{"hex", ids(sampleSize, hex.EncodeToString), true},
		{"one value", bytes.Repeat(ids(40, hex.EncodeToString), sampleSize/40), false},
		{"ten values", bytes.Repeat(ids(400, hex.EncodeToString), sampleSize/400), false},
		{"a common beginning", ids(sampleSize, func(raw []byte) string { return "reports/2024/images/" + hex.EncodeToString(raw[:8]) }), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			full, err := newCompressor(Zstd, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got := new(literals).suffice(full, tt.page); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// BenchmarkCompress compresses a page of ids both ways.
func BenchmarkCompress(b *testing.B) {
	page := ids(1<<20, base64.StdEncoding.EncodeToString)
	full, err := newCompressor(Zstd, 1)
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name     string
		compress compressor
	}{{"zstd 1", full}, {"literals", new(literals).compress}} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				if dst, err = bb.compress(dst[:0], page); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(dst))/float64(len(page)), "size")
		})
	}
}
