package message

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
