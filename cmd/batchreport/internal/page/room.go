package page

import (
	"strings"
	"unicode/utf8"
)

// How many bytes the sections have at most, without the rows: together less than 300 KB,
// with the style, the script and the chart, whose texts are few.
const (
	roomForGroups  = 85_000
	roomForBy      = 25_000
	roomForPlaces  = 25_000
	roomForJobs    = 15_000
	roomForInputs  = 50_000
	roomForSteps   = 20_000
	roomForRejects = 20_000
)

// room is how many bytes a section still has.
type room int

// takes reports whether there is room for these texts, with so much markup around them,
// and takes it. Where there was none once, there is none again.
func (r *room) takes(markup int, texts ...string) bool {
	n := markup
	for _, text := range texts {
		n += escapedLen(text)
	}
	if n > int(*r) {
		*r = 0
		return false
	}
	*r -= room(n)
	return true
}

// escapedLen returns how many bytes a text has in HTML, at most.
func escapedLen(text string) int {
	const longest = len("&#34;") // of the escapes of html/template
	n := len(text)
	for i := range len(text) {
		if strings.IndexByte("\"'&<>+`=", text[i]) >= 0 {
			n += longest - 1
		}
	}
	return n
}

// clip returns a text of at most so many bytes and three dots.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
