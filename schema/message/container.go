package message

import (
	"batchreport/schema/internal/scan"
)

type frame struct {
	in    container
	scope scope
}

// A container says what values stand in, and what may follow one there.
type container uint8

const (
	inList    container = iota
	inParens            // a tuple that has had no comma yet
	inTuple             // a tuple
	inSet               // a set
	inBraces            // a value that is a dict's first key or a set's first element
	inDictKey           // a key that is no plain string
	inDict              // a value of a dict
	inCall              // the only argument of a call
	inPairKey           // a key in OrderedDict([(key, value)])
	inPair              // its value
)

// open pushes a container and renders its bracket.
func (w *walker) open(in container, bracket byte) {
	w.pos++
	w.stack = append(w.stack, frame{in, w.child})
	w.emit(bracket)
	if w.child != scopeNone {
		w.p.payload.opened(w.child)
	}
	w.field, w.child = fieldNone, scopeNone
}

// closes closes a container that is empty.
func (w *walker) closes(bracket byte) bool {
	w.space()
	if w.pos == len(w.src) || w.src[w.pos] != bracket {
		return false
	}
	w.pos++
	switch w.top().in {
	case inDict, inPair:
		w.close('}')
	default:
		w.close(']')
	}
	return true
}

// closesAfterComma closes a container at a bracket after a comma and takes
// back the comma rendered.
func (w *walker) closesAfterComma(bracket byte) bool {
	n := len(w.out)
	if !w.closes(bracket) {
		return false
	}
	if w.render {
		w.out[n-1] = w.out[n]
		w.out = w.out[:n]
	}
	return true
}

// close pops a container.
func (w *walker) close(bracket byte) (complete, ok bool) {
	w.emit(bracket)
	w.stack = w.stack[:len(w.stack)-1]
	return true, true
}

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
	end := start + scan.PlainLength(src[start:], src[i])
	if end+1 >= len(src) || src[end] != src[i] || !endsString[src[end+1]] {
		return false
	}
	w.str, w.escaped, w.pos = src[start:end], false, end+1
	w.plain = true
	return true
}
