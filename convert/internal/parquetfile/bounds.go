package parquetfile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// bounds are the smallest and the largest value of a page or a chunk, in PLAIN encoding
// but without a string's length.
type bounds struct {
	present  bool // false where all rows are null
	exact    bool // false where there is a NaN, which has no place in the order of numbers
	min, max []byte
}

// stringBounds finds the bounds of strings in the order of their bytes. It
// compares the first eight bytes as a number, and all bytes only where these are
// equal. It keeps views of the strings.
type stringBounds struct {
	present              bool
	min, max             []byte
	minPrefix, maxPrefix uint64
}

func (b *stringBounds) add(s []byte) {
	p := prefix(s)
	if !b.present {
		*b = stringBounds{present: true, min: s, max: s, minPrefix: p, maxPrefix: p}
		return
	}
	if p > b.maxPrefix || p == b.maxPrefix && bytes.Compare(s, b.max) > 0 {
		b.max, b.maxPrefix = s, p
	} else if p < b.minPrefix || p == b.minPrefix && bytes.Compare(s, b.min) < 0 {
		b.min, b.minPrefix = s, p
	}
}

func (b *stringBounds) bounds() bounds {
	return bounds{present: b.present, exact: true, min: b.min, max: b.max}
}

// prefix returns the first eight bytes of s, zeros behind a shorter string, as a number
// that has the same order.
func prefix(s []byte) uint64 {
	if len(s) < 8 {
		var eight [8]byte
		copy(eight[:], s)
		return binary.BigEndian.Uint64(eight[:])
	}
	return binary.BigEndian.Uint64(s)
}

// lowerBound returns at most size bytes that are no greater than s: its
// beginning, cut between characters.
func lowerBound(s []byte, size int) []byte {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size]
}

// upperBound returns about size bytes that are no less than s: its beginning,
// cut between characters, with the last one that can be replaced by the next in
// order. Where there is none it returns s.
func upperBound(s []byte, size int) []byte {
	cut := lowerBound(s, size)
	if len(cut) == len(s) {
		return s
	}
	for len(cut) > 0 {
		r, n := utf8.DecodeLastRune(cut)
		cut = cut[:len(cut)-n]
		switch {
		case r == utf8.RuneError && n == 1: // no UTF-8
			return s
		case r == utf8.MaxRune:
			continue
		case r+1 == 0xD800: // surrogates are no characters
			r = 0xDFFF
		}
		return utf8.AppendRune(bytes.Clone(cut), r+1)
	}
	return s
}
