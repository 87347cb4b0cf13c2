package schema

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func TestKeyEncoding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		encoding KeyEncoding
		encoded  string
		key      string
		ok       bool
	}{
		{"plain", FormEncoding, "a/b.txt", "a/b.txt", true},
		{"plus is a space", FormEncoding, "raw+events/year%3D2024", "raw events/year=2024", true},
		{"plus is a plus", PercentEncoding, "a+b%20c", "a+b c", true},
		{"UTF-8", FormEncoding, "r%C3%A9sum%C3%A9", "résumé", true},
		{"lower-case hex", FormEncoding, "%c3%a9", "é", true},
		{"cut escape", FormEncoding, "a%2", "", false},
		{"no hex", FormEncoding, "100%zz", "", false},
		{"not UTF-8", FormEncoding, "a%FF", "", false},
		{"none", NoEncoding, "100%+zz", "100%+zz", true},
		{"none, not UTF-8", NoEncoding, "a\xff", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := tt.encoding.Decode([]byte("x"), []byte(tt.encoded))
			if ok != tt.ok || ok && string(got) != "x"+tt.key {
				t.Errorf("Decode(%q) = %q, %t; want %q, %t", tt.encoded, got, ok, "x"+tt.key, tt.ok)
			}
		})
	}
}

func TestKeyEncodingText(t *testing.T) {
	t.Parallel()
	for _, e := range []KeyEncoding{FormEncoding, PercentEncoding, NoEncoding} {
		var got KeyEncoding
		if err := got.UnmarshalText([]byte(e.String())); err != nil || got != e {
			t.Errorf("%s: got %s, %v", e, got, err)
		}
	}
	var e KeyEncoding
	if err := e.UnmarshalText([]byte("base64")); err == nil {
		t.Error("base64 was taken")
	}
}

func FuzzKey(f *testing.F) {
	f.Add([]byte("tenant=acme/raw events/résumé (copy).csv~*'"))
	f.Fuzz(func(t *testing.T, key []byte) {
		for _, e := range []KeyEncoding{FormEncoding, PercentEncoding, NoEncoding} {
			encoded := e.Encode(nil, key)
			decoded, ok := e.Decode(nil, encoded)
			if ok != utf8.Valid(key) || ok && !bytes.Equal(decoded, key) {
				t.Fatalf("%s: %q became %q and then %q", e, key, encoded, decoded)
			}
		}
	})
}
