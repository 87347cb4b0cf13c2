package terminal

import (
	"unicode"
	"unicode/utf8"
)

// Fitting returns how many bytes of a word fit that many columns, at least one character.
func Fitting(word string, room int) int {
	used := 0
	for i, r := range word {
		used += columnsOfRune(r)
		if used > room && i > 0 {
			return i
		}
	}
	return len(word)
}

// Columns returns how many columns of a terminal a text takes.
func Columns(text string) (n int) {
	for _, r := range text {
		n += columnsOfRune(r)
	}
	return n
}

// columnsOfRune returns how many columns a character takes: marks that go on the one
// before take none, and those of East Asian scripts, and emoji, take two.
func columnsOfRune(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi),
		0x3000 <= r && r <= 0x303f, 0xff01 <= r && r <= 0xff60, 0xffe0 <= r && r <= 0xffe6, 0x1f300 <= r && r <= 0x1faff:
		return 2
	}
	return 1
}
