package schema

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func TestKeyEncoding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		encoding  KeyEncoding
		encoded   string
		key       string
		canonical bool
		ok        bool
	}{
		{"plain", FormEncoding, "a/b.txt", "a/b.txt", true, true},
		{"empty", FormEncoding, "", "", true, true},
		{"plus is a space", FormEncoding, "raw+events/year%3D2024", "raw events/year=2024", true, true},
		{"escaped space", FormEncoding, "raw%20events", "raw events", false, true},
		{"plus is a plus", PercentEncoding, "a+b%20c", "a+b c", false, true},
		{"escaped plus", PercentEncoding, "a%2Bb%20c", "a+b c", true, true},
		{"UTF-8", FormEncoding, "r%C3%A9sum%C3%A9", "résumé", true, true},
		{"UTF-8 as it is", FormEncoding, "résumé", "résumé", false, true},
		{"lower-case hex", FormEncoding, "%c3%a9", "é", false, true},
		{"one lower-case digit", FormEncoding, "a%3dB", "a=B", false, true},
		{"needless escape", FormEncoding, "%61", "a", false, true},
		{"not escaped", FormEncoding, "a=b", "a=b", false, true},
		{"cut escape", FormEncoding, "a%2", "", false, false},
		{"no hex", FormEncoding, "100%zz", "", false, false},
		{"not UTF-8", FormEncoding, "a%FF", "", false, false},
		{"none", NoEncoding, "100%+zz", "100%+zz", true, true},
		{"none, not UTF-8", NoEncoding, "a\xff", "", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, canonical, ok := tt.encoding.Decode([]byte("x"), []byte(tt.encoded))
			if ok != tt.ok || ok && string(got) != "x"+tt.key {
				t.Errorf("Decode(%q) = %q, %t; want %q, %t", tt.encoded, got, ok, "x"+tt.key, tt.ok)
			}
			if canonical != tt.canonical {
				t.Errorf("Decode(%q): canonical is %t", tt.encoded, canonical)
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
	f.Add([]byte("raw+events%2F%c3%A9%20%41=+"))
	f.Fuzz(func(t *testing.T, key []byte) {
		for _, e := range []KeyEncoding{FormEncoding, PercentEncoding, NoEncoding} {
			encoded := e.Encode(nil, key)
			decoded, canonical, ok := e.Decode(nil, encoded)
			if valid := utf8.Valid(key); canonical != valid || ok != valid || ok && !bytes.Equal(decoded, key) {
				t.Fatalf("%s: %q became %q and then %q", e, key, encoded, decoded)
			}
			if decoded, canonical, ok = e.Decode(nil, key); canonical != (ok && bytes.Equal(e.Encode(nil, decoded), key)) {
				t.Fatalf("%s: %q became %q, canonical: %t", e, key, decoded, canonical)
			}
		}
	})
}
