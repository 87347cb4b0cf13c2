package terminal

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Visible returns s with escapes in place of everything that a terminal could take
// for a command or would not show. Keys and messages can hold any byte.
func Visible(s string) string {
	if strings.IndexFunc(s, isHidden) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if !isHidden(r) {
			b.WriteString(s[:n])
		} else {
			quoted := strconv.Quote(s[:n])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[n:]
	}
	return b.String()
}

// isHidden reports whether a terminal could take r for a command, or would not show it.
func isHidden(r rune) bool { return r == utf8.RuneError || !unicode.IsGraphic(r) }

// VisibleJSON returns JSON with JSON's escapes in place of the characters for which
// Visible writes its own: the values stay what they are.
func VisibleJSON(text []byte) []byte {
	hidden := func(r rune) bool { return r != '\n' && r != utf8.RuneError && isHidden(r) }
	if bytes.IndexFunc(text, hidden) < 0 {
		return text
	}
	var b []byte
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if hidden(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				const digits = "0123456789abcdef"
				b = append(b, '\\', 'u', digits[unit>>12], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
			}
		} else {
			b = append(b, text[:n]...)
		}
		text = text[n:]
	}
	return b
}

// JSONWriter writes JSON as VisibleJSON has it. Each Write is whole characters.
type JSONWriter struct{ W io.Writer }

// Write implements io.Writer.
func (j JSONWriter) Write(text []byte) (int, error) {
	if _, err := j.W.Write(VisibleJSON(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}
