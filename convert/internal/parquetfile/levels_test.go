package parquetfile

import (
	"bytes"
	"math/bits"
	"slices"
	"testing"
)

// TestLevels has the bytes of Encodings.md.
func TestLevels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rows string // 1 for a value, 0 for a null
		want []byte
	}{
		{"values", "111", []byte{2, 0, 0, 0, 3 << 1, 1}},
		{"nulls", "000", []byte{2, 0, 0, 0, 3 << 1, 0}},
		{"both", "1011", []byte{2, 0, 0, 0, 1<<1 | 1, 0b1101}},
		{"two groups", "100000001", []byte{3, 0, 0, 0, 2<<1 | 1, 1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var l levels
			for _, c := range []byte(tt.rows) {
				l.append(uint64(c-'0'), 1)
			}
			if got := l.encode(nil); !bytes.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestAppendIndices(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		indices []uint32
		width   int
		want    []byte
	}{
		{"none", nil, 1, []byte{1}},
		{"packed", []uint32{0, 1, 2, 3, 4, 5, 6, 7}, 3, []byte{3, 1<<1 | 1, 0b10001000, 0b11000110, 0b11111010}}, // the example of Encodings.md
		{"packed, not whole", []uint32{1, 2}, 2, []byte{2, 1<<1 | 1, 0b1001, 0}},
		{"a run", slices.Repeat([]uint32{5}, 100), 3, []byte{3, 200, 1, 5}},
		{"a run of nine bits", slices.Repeat([]uint32{0x102}, 8), 9, []byte{9, 16, 2, 1}},
		{"seven are no run", slices.Repeat([]uint32{1}, 7), 1, []byte{1, 1<<1 | 1, 0x7f}},
		{
			"packed, run, packed", append(append(slices.Repeat([]uint32{0, 1}, 4), slices.Repeat([]uint32{1}, 9)...), 0, 1), 1,
			[]byte{1, 1<<1 | 1, 0xaa, 9 << 1, 1, 1<<1 | 1, 2},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := appendIndices(nil, tt.indices, tt.width); !bytes.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	widest := []uint32{1<<32 - 1, 0, 1 << 31, 1, 2, 3, 4, 5}
	if got := appendIndices(nil, widest, bits.Len32(widest[0])); len(got) != 2+4*8 || got[2] != 0xff || got[13] != 0x80 {
		t.Errorf("32 bits: %v", got)
	}
}
