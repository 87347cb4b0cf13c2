package scan

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestWords compares what looks at eight bytes at once with what looks at one.
func TestWords(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 0))
	for range 100_000 {
		// Neighbours of what is looked for, and bytes that a borrow could spoil.
		const letters = "\"\"\"\\\x1f !#[](){}<>\x7f;'\x00\x80\x9f\xa2\xff"
		text := bytes.Repeat([]byte{'a'}, r.IntN(60))
		for range r.IntN(10) {
			if len(text) > 0 {
				text[r.IntN(len(text))] = letters[r.IntN(len(letters))]
			}
		}
		plain := 0
		for plain < len(text) && text[plain] != '"' && text[plain] != '\\' && text[plain] >= ' ' {
			plain++
		}
		if got := PlainLength(text, '"'); got != plain {
			t.Fatalf("PlainLength(%q): got %d, want %d", text, got, plain)
		}
		unbracketed := strings.IndexFunc(string(text), func(r rune) bool { return strings.ContainsRune("()[]{}<>\x7f", r) || r < ' ' }) < 0
		if got := Unbracketed(text); got != unbracketed {
			t.Fatalf("Unbracketed(%q): got %t, want %t", text, got, unbracketed)
		}
		if far := FarFromBrackets(text); !Unbracketed(text[:far]) || far+8 <= len(text) && strings.IndexByte("+/-.0129AZaz", text[far]) >= 0 {
			t.Fatalf("FarFromBrackets(%q): got %d", text, far)
		}
		quote := strings.IndexByte(string(text)+"\"", '"')
		if got := ByteIndex(text, '"'); got != quote {
			t.Fatalf("ByteIndex(%q): got %d, want %d", text, got, quote)
		}
		if quote == len(text) {
			continue
		}
		before, want := string(text), strings.ReplaceAll(string(text), `""`, `"`)
		if got := HalveQuotes(text, quote); string(got) != want {
			t.Fatalf("HalveQuotes(%q): got %q, want %q", before, got, want)
		}
	}
}
