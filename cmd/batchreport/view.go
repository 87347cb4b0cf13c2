package main

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// view writes text that fits a width of columns, but for words that are longer. What others wrote, such as keys and
// messages, goes in as it is: nothing hidden comes out.
type view struct {
	width   int
	color   bool
	sources []string // as they were named
	lines   []string
}

// style is how text stands out on a terminal that has colours.
type style string

// The styles, as parameters of SGR.
const (
	plain style = ""
	bold  style = "1"
	faint style = "2"
	red   style = "31;1"
	green style = "32;1"
)

// styled returns text in a style.
func (v *view) styled(s style, text string) string {
	if !v.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// widestView is the most columns that a line has: longer ones are hard to read.
const widestView = 120

// paragraph adds words in lines that fit, the first behind the prefix and the others
// indented by as much. No word is broken, so that all can be copied: one that is longer than
// a line is a line by itself.
func (v *view) paragraph(prefix string, s style, words string) {
	indent := strings.Repeat(" ", columnsOf(prefix))
	v.lines = append(v.lines, v.broken(prefix, plain, indent, s, words)...)
}

// broken returns the lines of a paragraph, with any style of the prefix and any indent.
func (v *view) broken(prefix string, first style, indent string, s style, words string) []string {
	room := max(min(v.width, widestView)-columnsOf(prefix), 8)
	var lines []string
	line, used := "", 0
	end := func() {
		begin := v.styled(first, prefix)
		if len(lines) > 0 {
			begin = indent
		}
		lines = append(lines, begin+v.styled(s, strings.ReplaceAll(line, joint, " ")))
		line, used = "", 0
	}
	words = strings.ReplaceAll(visible(words), " %", joint+"%") // a number and its % stay together
	isGap := func(r rune) bool { return unicode.IsSpace(r) && string(r) != joint }
	for word := range strings.FieldsFuncSeq(words, isGap) {
		n := columnsOf(word)
		if used > 0 && used+1+n > room {
			end()
		}
		gap := min(used, 1)
		line += strings.Repeat(" ", gap) + word
		used += gap + n
	}
	if line != "" || len(lines) == 0 {
		end()
	}
	return lines
}

// exact adds text as it is behind a prefix of that style: it is one line, spaces too, so
// that it can be copied.
func (v *view) exact(prefix string, s style, text string) {
	v.lines = append(v.lines, v.styled(s, prefix)+visible(text))
}

// words adds words in indented lines that fit. None is broken: one that is longer than a line is a
// line by itself. All lines but the last end in more, as a shell wants it.
func (v *view) words(more string, words []string) {
	const prefix = "  "
	room := min(v.width, widestView) - columnsOf(more)
	line := prefix
	for i, word := range words {
		word = visible(word)
		switch {
		case i == 0:
		case columnsOf(line)+1+columnsOf(word) > room:
			v.lines = append(v.lines, line+more)
			line = prefix + "    "
		default:
			line += " "
		}
		line += word
	}
	v.lines = append(v.lines, line)
}

// line adds an empty line.
func (v *view) line() { v.lines = append(v.lines, "") }

// text returns all lines, but for empty ones at the end.
func (v *view) text() []string {
	for len(v.lines) > 0 && v.lines[len(v.lines)-1] == "" {
		v.lines = v.lines[:len(v.lines)-1]
	}
	lines := make([]string, len(v.lines))
	for i, line := range v.lines {
		lines[i] = strings.TrimRight(line, " ") + "\n"
	}
	return lines
}

// fitting returns how many bytes of a word fit that many columns, at least one character.
func fitting(word string, room int) int {
	used := 0
	for i, r := range word {
		used += columnsOfRune(r)
		if used > room && i > 0 {
			return i
		}
	}
	return len(word)
}

// columnsOf returns how many columns of a terminal a text takes.
func columnsOf(text string) (n int) {
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
