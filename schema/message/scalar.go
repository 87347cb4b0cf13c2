package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// jsonScalar reads what is neither container nor string in JSON and begins
// with c.
func (w *walker) jsonScalar(c byte) bool {
	switch c {
	case 't':
		return w.fillBool("true")
	case 'f':
		return w.fillBool("false")
	case 'n':
		return w.word("null")
	case 'N', 'I', '-':
		if n := notFinite(w.src[w.pos:]); n > 0 {
			w.notFinite = append(w.notFinite, span{w.pos, w.pos + n})
			w.pos += n
			return true
		}
	}
	n := numberLength(w.src[w.pos:])
	if n == 0 {
		return false
	}
	w.number(n)
	return true
}

// fillBool reads a boolean, of which it counts only that it is there.
func (w *walker) fillBool(s string) bool {
	if w.field == fieldOfJavaScript2 {
		w.p.payload.used, w.p.payload.ofJavaScript2 = true, true
	}
	return w.word(s)
}

// notFinite returns the length of what Python's json.dumps writes for numbers that
// JSON has not, 0 where b begins with none.
func notFinite(b []byte) int {
	for _, s := range [...]string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(b, []byte(s)) {
			return len(s)
		}
	}
	return 0
}

// finite returns the literal with numbers that JSON has not as strings.
func (w *walker) finite() []byte {
	copied := 0
	for _, s := range w.notFinite {
		w.out = append(append(w.out, w.src[copied:s.start]...), '"')
		w.out = append(append(w.out, w.src[s.start:s.end]...), '"')
		copied = s.end
	}
	w.out = append(w.out, w.src[copied:]...)
	return w.out
}

// word reads a constant.
func (w *walker) word(s string) bool {
	if !bytes.HasPrefix(w.src[w.pos:], []byte(s)) {
		return false
	}
	w.pos += len(s)
	return true
}

// fillString gives the last string to its column and renders it.
func (w *walker) fillString() bool {
	if w.field != fieldNone {
		w.p.fillText(w.field, w.decoded())
		w.clean = false
	}
	switch {
	case !w.render:
	case w.plain && bytes.IndexByte(w.str, '"') < 0:
		w.out = append(append(append(w.out, '"'), w.str...), '"')
	default:
		w.out = appendQuoted(w.out, w.str)
	}
	return true
}

// number gives the number that the next n bytes are to its column and renders
// it.
func (w *walker) number(n int) {
	digits := w.src[w.pos : w.pos+n]
	if w.field != fieldNone {
		w.p.fillNumber(w.field, digits)
	}
	if w.render {
		w.out = append(w.out, digits...)
	}
	w.pos += n
}

// source renders the source up to end as a string: what JSON has no like of.
func (w *walker) source(end int) {
	if w.render {
		w.out = appendQuoted(w.out, w.src[w.pos:end])
	}
	w.pos = end
}

// constant renders a name of Python as JSON.
func (w *walker) constant(name []byte, json string) {
	if w.render {
		w.out = append(w.out, json...)
	}
	w.pos += len(name)
}

// pythonScalar reads what begins with c and is neither a plain string nor a list,
// a tuple, a dict or a set, or opens a call with one of these in it.
func (w *walker) pythonScalar(c byte) (complete, ok bool) {
	switch {
	case c == '-' || scan.IsDigit(c):
		return true, w.pythonNumber()
	case prefixLength(w.src[w.pos:]) >= 0:
		return true, w.pythonString() && w.fillString()
	case bytes.HasPrefix(w.src[w.pos:], []byte("...")): // a container within itself
		w.source(w.pos + len("..."))
		return true, true
	case c == '<':
		end := w.angled(w.pos)
		if end < 0 {
			return false, false
		}
		w.source(end)
		return true, true
	}
	name := w.src[w.pos : w.pos+nameLength(w.src[w.pos:])]
	switch string(name) {
	case "None":
		w.constant(name, "null")
	case "True":
		w.constant(name, "true")
	case "False":
		w.constant(name, "false")
	case "nan", "inf", "nanj", "infj", "Ellipsis", "NotImplemented":
		w.source(w.pos + len(name))
	case "":
		return false, false
	default:
		return w.call(name)
	}
	return true, true
}

// pythonNumber reads an int, a long of Python 2, a float, or the imaginary
// number that a complex one without a real part is.
func (w *walker) pythonNumber() bool {
	n := realLength(w.src[w.pos:])
	if n == 0 {
		return false
	}
	end := w.pos + n
	if scan.IsLetter(w.src[end-1]) || end < len(w.src) && w.src[end] == 'j' { // -inf
		if end < len(w.src) && w.src[end] == 'j' {
			end++
		}
		w.source(end)
		return true
	}
	w.number(n)
	if end < len(w.src) && w.src[end] == 'L' {
		w.pos++
	}
	return true
}

// angled returns the end of <botocore.response.StreamingBody object at 0x7f>,
// which can hold the like, or -1.
func (w *walker) angled(i int) int {
	depth := 0
	for ; i < len(w.src); i++ {
		switch w.src[i] {
		case '<':
			depth++
		case '>':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// nameLength returns the length of the name, with dots in it, that b starts
// with.
func nameLength(b []byte) int {
	i := 0
	for i < len(b) && (scan.IsLetter(b[i]) || b[i] == '_' || i > 0 && (scan.IsDigit(b[i]) || b[i] == '.')) {
		i++
	}
	return i
}
