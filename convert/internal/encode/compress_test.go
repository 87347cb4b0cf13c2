package encode

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
)

// contents are what the codecs of these tests compress.
func contents() map[string][]byte {
	scattered := make([]byte, 100_000)
	state := uint64(1)
	for i := range scattered {
		state = state*6364136223846793005 + 1442695040888963407
		scattered[i] = byte(state >> 56)
	}
	return map[string][]byte{
		"nothing":   {},
		"one byte":  {'x'},
		"lines":     bytes.Repeat([]byte(`{"key":"a/b","task_status":"succeeded"}`+"\n"), 10_000),
		"scattered": scattered,
	}
}

// unpack decompresses as readers do: pages of Snappy, files of all others.
func unpack(t *testing.T, codec Compression, packed []byte) []byte {
	t.Helper()
	if codec == Snappy {
		got, err := s2.Decode(nil, packed)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	r, closeReader, err := Decompress(bytes.NewReader(packed), codec)
	if err != nil {
		t.Fatal(err)
	}
	defer closeReader()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestRoundTrip compresses by one Compressor what its memory is too small for and
// what it is too large for.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	levels := map[Compression][]int{Zstd: {0, 1, 3, 22}, Gzip: {0, 1, 9}, Snappy: {0}, None: {0}}
	for codec, levels := range levels {
		for _, level := range levels {
			t.Run(fmt.Sprintf("%s %d", codec, level), func(t *testing.T) {
				t.Parallel()
				compress, err := NewCompressor(codec, level)
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					for name, content := range contents() {
						packed, err := compress([]byte("before"), content)
						if err != nil {
							t.Fatalf("%s: %v", name, err)
						}
						rest, ok := bytes.CutPrefix(packed, []byte("before"))
						if !ok {
							t.Fatalf("%s: what was in dst is gone", name)
						}
						if got := unpack(t, codec, rest); !bytes.Equal(got, content) {
							t.Errorf("%s: %d bytes became %d others", name, len(content), len(got))
						}
						again, err := compress(nil, content)
						if err != nil || !bytes.Equal(again, rest) {
							t.Errorf("%s: the same bytes became others: %v", name, err)
						}
					}
				}
			})
		}
	}
}

// TestFrames: frames one after the other are read as one, as parts of NDJSON need it.
func TestFrames(t *testing.T) {
	t.Parallel()
	for _, codec := range []Compression{Zstd, Gzip, None} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			compress, err := NewCompressor(codec, 0)
			if err != nil {
				t.Fatal(err)
			}
			var file []byte
			for _, content := range []string{"a\n", "", "b\n", "c\n"} {
				if file, err = compress(file, []byte(content)); err != nil {
					t.Fatal(err)
				}
			}
			if got := unpack(t, codec, file); string(got) != "a\nb\nc\n" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestNewCompressorErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		codec Compression
		level int
		err   string // empty for none
	}{
		{Zstd, 0, ""},
		{Zstd, 1, ""},
		{Zstd, 22, ""},
		{Zstd, 23, "compression level 23: zstd has 1 to 22"},
		{Zstd, -1, "compression level -1: zstd has 1 to 22"},
		{Gzip, 0, ""},
		{Gzip, 9, ""},
		{Gzip, 10, "compression level 10: gzip has 1 to 9"},
		{Gzip, -2, "compression level -2: gzip has 1 to 9"}, // HuffmanOnly of compress/gzip
		{Snappy, 0, ""},
		{Snappy, 1, "compression level 1: snappy has none"},
		{None, 0, ""},
		{None, 1, "compression level 1: none has none"},
		{None, -1, "compression level -1: none has none"},
		{"", 0, `compression "" is none of zstd, snappy, gzip, none`},
		{"lzo", 1, `compression "lzo" is none of zstd, snappy, gzip, none`},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %d", tt.codec, tt.level), func(t *testing.T) {
			t.Parallel()
			compress, err := NewCompressor(tt.codec, tt.level)
			if tt.err == "" {
				if err != nil || compress == nil {
					t.Errorf("error is %v; want none", err)
				}
				return
			}
			if err == nil || err.Error() != tt.err {
				t.Errorf("error is %v; want %s", err, tt.err)
			}
		})
	}
}

// TestLevels: the default of zstd is its level 1, and higher levels save more.
func TestLevels(t *testing.T) {
	t.Parallel()
	size := func(codec Compression, level int) int {
		compress, err := NewCompressor(codec, level)
		if err != nil {
			t.Fatal(err)
		}
		var content strings.Builder
		for i := range 20_000 {
			fmt.Fprintf(&content, "archive/2024/%d/object-%d.json\n", i%30, i*7919%100_003)
		}
		packed, err := compress(nil, []byte(content.String()))
		if err != nil {
			t.Fatal(err)
		}
		return len(packed)
	}
	if size(Zstd, 0) != size(Zstd, 1) {
		t.Errorf("zstd: %d bytes by default, %d at level 1", size(Zstd, 0), size(Zstd, 1))
	}
	for codec, highest := range map[Compression]int{Zstd: 22, Gzip: 9} {
		if low, high := size(codec, 1), size(codec, highest); high >= low {
			t.Errorf("%s: %d bytes at level 1, %d at level %d", codec, low, high, highest)
		}
	}
}
