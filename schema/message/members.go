package message

import (
	"encoding/binary"
	"math/bits"

	"batchreport/schema/internal/scan"
)

// members goes on in a dict after c. It stays as long as the values are plain
// strings, as most in a response are, to save the steps of the general walk.
func (w *walker) members(c byte) (complete, ok bool) {
	for c == ',' {
		w.emit(',')
		if !w.key(':') {
			return w.oddMember()
		}
		if !w.plainValue() {
			return false, true
		}
		w.space()
		if w.pos == len(w.src) {
			return false, false
		}
		c = w.src[w.pos]
		w.pos++
	}
	if c == '}' {
		return w.close('}')
	}
	return false, false
}

// oddMember takes what in Python can follow a comma in a dict beside a key that
// is a string: the end, and any other key.
func (w *walker) oddMember() (complete, ok bool) {
	if !w.py {
		return false, false
	}
	if w.closesAfterComma('}') {
		return true, true
	}
	w.top().in = inDictKey
	return false, w.beginKey()
}

// plainValue reads a value that is a plain string, and nothing else.
func (w *walker) plainValue() bool {
	if isIDField[w.field] && w.idString() {
		return w.fillString()
	}
	return w.plainString() && w.fillString()
}

// idString is plainString for the value of an id: as fast, it sees to it that what it takes
// can be one.
func (w *walker) idString() bool {
	start := w.quoteAt() + 1
	if start == 0 {
		return false
	}
	src := w.src
	end := start + scan.FarFromBrackets(src[start:])
	for end < len(src) && src[end] == '=' { // of base64
		end++
	}
	if end == start || end-start > longestID || end+1 >= len(src) || src[end] != src[start-1] || !endsString[src[end+1]] {
		return false
	}
	w.str, w.escaped, w.pos = src[start:end], false, end+1
	w.plain, w.clean = true, true
	return true
}

// quoteAt returns the place of the quote that a string begins with, behind a blank and
// Python's u, or -1.
func (w *walker) quoteAt() int {
	src, i := w.src, w.pos
	if i < len(src) && src[i] == ' ' {
		i++
	}
	if i < len(src) && src[i] == 'u' && w.py {
		i++
	}
	if i == len(src) || src[i] != '"' && (src[i] != '\'' || !w.py) {
		return -1
	}
	return i
}

// endsString has what can stand behind a string that no other goes on with.
var endsString = [256]bool{',': true, ':': true, '}': true, ']': true, ')': true}

// plainString reads into str a string of which a view will do, as of nearly all:
// one without escapes and, in Python, without another that goes on with it.
// Where there is none it moves nothing: string takes all that are valid.
func (w *walker) plainString() bool {
	src, i := w.src, w.pos
	if i < len(src) && src[i] == ' ' {
		i++
	}
	if i < len(src) && src[i] == 'u' && w.py {
		i++
	}
	if i == len(src) || src[i] != '"' && (src[i] != '\'' || !w.py) {
		return false
	}
	start := i + 1
	end := start
	for ; ; end += 8 {
		if end+9 > len(src) {
			return false // so near to the end there is no hurry
		}
		if hit := scan.Stops(binary.LittleEndian.Uint64(src[end:]), src[i]); hit != 0 {
			end += bits.TrailingZeros64(hit) / 8
			break
		}
	}
	if src[end] != src[i] {
		return false
	}
	switch src[end+1] {
	case ',', ':', '}', ']', ')':
		w.str, w.escaped, w.pos = src[start:end], false, end+1
		w.plain = true
		return true
	}
	return false
}
