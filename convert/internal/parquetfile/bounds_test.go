package parquetfile

import (
	"strings"
	"testing"
)

func TestCutBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value, low, high string // cut to four bytes
	}{
		{"empty", "", "", ""},
		{"fits", "abcd", "abcd", "abcd"},
		{"cut", "abcde", "abcd", "abce"},
		{"last of one byte", "abc\x7fx", "abc\x7f", "abc\u0080"},
		{"inside a character", "abcéx", "abc", "abd"},
		{"behind a character", "abéx", "abé", "abê"},
		{"before the surrogates", "a\uD7FFx", "a\uD7FF", "a\uE000"},
		{"last character", "\U0010FFFFx", "\U0010FFFF", "\U0010FFFFx"},
		{"last character behind another", "a\U0010FFFF", "a", "b"},
		{"no UTF-8", "ab\xff\xfe\xfd", "ab\xff\xfe", "ab\xff\xfe\xfd"},
		{"inside no UTF-8", "\x80\x80\x80\x80\x80", "", "\x80\x80\x80\x80\x80"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := lowerBound([]byte(tt.value), 4); string(got) != tt.low {
				t.Errorf("lower bound %q, want %q", got, tt.low)
			}
			if got := upperBound([]byte(tt.value), 4); string(got) != tt.high {
				t.Errorf("upper bound %q, want %q", got, tt.high)
			}
			if tt.low > tt.value || tt.high < tt.value {
				t.Errorf("%q and %q do not bound %q", tt.low, tt.high, tt.value)
			}
		})
	}
}

func TestStringBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		values    string // between spaces
		low, high string
	}{
		{"one", "a", "a", "a"},
		{"empty", "a  b", "", "b"},
		{"zero byte behind", "a a\x00", "a", "a\x00"},
		{"eight bytes are the same", "prefix/-b prefix/-a prefix/-", "prefix/-", "prefix/-b"},
		{"bytes, not characters", "\U0001F600 \uFFFD \xff", "\uFFFD", "\xff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b stringBounds
			for _, v := range strings.Split(tt.values, " ") {
				b.add([]byte(v))
			}
			if got := b.bounds(); string(got.min) != tt.low || string(got.max) != tt.high {
				t.Errorf("%q to %q, want %q to %q", got.min, got.max, tt.low, tt.high)
			}
		})
	}
}
