package terminal

import (
	"strings"
	"unicode"
)

// View writes text that fits a width of columns, but for words that are longer. What others
// wrote, such as keys and messages, goes in as it is: nothing hidden comes out.
type View struct {
	Width int
	Color bool
	lines []string
}

// Style is how text stands out on a terminal that has colours.
type Style string

// The styles, as parameters of SGR.
const (
	Plain Style = ""
	Bold  Style = "1"
	Faint Style = "2"
	Red   Style = "31;1"
	Green Style = "32;1"
)

// styled returns text in a style.
func (v *View) styled(s Style, text string) string {
	if !v.Color || s == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// widestView is the most columns that a line has: longer ones are hard to read.
const widestView = 120

// Room returns how many columns a line has.
func (v *View) Room() int { return min(v.Width, widestView) }

// Paragraph adds words in lines that fit, the first behind the prefix and the others
// indented by as much. No word is broken, so that all can be copied: one that is longer than
// a line is a line by itself.
func (v *View) Paragraph(prefix string, s Style, words string) {
	v.Behind(Plain, prefix, s, words)
}

// Behind is Paragraph with a prefix of any style.
func (v *View) Behind(of Style, prefix string, s Style, words string) {
	indent := Columns(prefix)
	room := max(v.Room()-indent, 8)
	begin := v.styled(of, prefix)
	line, used := "", 0
	end := func() {
		v.lines = append(v.lines, begin+v.styled(s, strings.ReplaceAll(line, joint, " ")))
		begin, line, used = strings.Repeat(" ", indent), "", 0
	}
	words = strings.ReplaceAll(Visible(words), " %", joint+"%") // a number and its % stay together
	isGap := func(r rune) bool { return unicode.IsSpace(r) && string(r) != joint }
	for word := range strings.FieldsFuncSeq(words, isGap) {
		n := Columns(word)
		if used > 0 && used+1+n > room {
			end()
		}
		gap := min(used, 1)
		line += strings.Repeat(" ", gap) + word
		used += gap + n
	}
	end()
}

// Exact adds text as it is behind a prefix of that style: it is one line, spaces too, so
// that it can be copied.
func (v *View) Exact(prefix string, s Style, text string) {
	v.lines = append(v.lines, v.styled(s, prefix)+Visible(text))
}

// Words adds words in indented lines that fit. None is broken: one that is longer than a line is a
// line by itself. All lines but the last end in more, as a shell wants it.
func (v *View) Words(more string, words []string) {
	const prefix = "  "
	room := v.Room() - Columns(more)
	line := prefix
	for i, word := range words {
		word = Visible(word)
		switch {
		case i == 0:
		case Columns(line)+1+Columns(word) > room:
			v.lines = append(v.lines, line+more)
			line = prefix + "    "
		default:
			line += " "
		}
		line += word
	}
	v.lines = append(v.lines, line)
}

// Line adds an empty line.
func (v *View) Line() { v.lines = append(v.lines, "") }

// Text returns all lines, but for empty ones at the end.
func (v *View) Text() []string {
	for len(v.lines) > 0 && v.lines[len(v.lines)-1] == "" {
		v.lines = v.lines[:len(v.lines)-1]
	}
	lines := make([]string, len(v.lines))
	for i, line := range v.lines {
		lines[i] = strings.TrimRight(line, " ") + "\n"
	}
	return lines
}
