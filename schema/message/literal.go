package message

// walker walks one literal, JSON (RFC 8259) or what Python's repr writes, from
// left to right with a stack of its own: a report may nest a million brackets.
// On the way it hands values that fill columns to the parser and, where asked,
// renders Python as compact JSON.
//
//	literal   = value .
//	value     = scalar | list | tuple | dict | set | call .
//	list      = "[" [ value { "," value } ] "]" .
//	tuple     = "(" [ value "," { value "," } [ value ] ] ")" .
//	dict      = "{" [ value ":" value { "," value ":" value } ] "}" .
//	set       = "{" value { "," value } "}" .
//	call      = name "(" [ value ] ")" .
//
// JSON is the part with lists, dicts whose keys are strings, and scalars of its
// own. Python allows a comma before the closing bracket.
type walker struct {
	p      *Parser
	src    []byte
	pos    int
	py     bool
	render bool
	stack  []frame
	out    []byte // the literal as JSON, if render

	notFinite []span // numbers that JSON has not, in what is JSON but for them

	memos [5]memo
	memo  *memo

	// What the next value fills, and the scope of its keys.
	field fieldID
	child scope

	// The text of the last string, and whether it is still escaped as in JSON.
	str     []byte
	escaped bool
	plain   bool // has nothing that JSON escapes but double quotes, if at all
	clean   bool // can be an id

	// A value that may turn out to be a dict's key: where it starts in src and
	// in out, and the depth of its dict. Nothing in a key can be a dict, so
	// there is one at a time.
	inKey          bool
	keySrc, keyOut int
	keyDepth       int
}

// A span is a part of a text.
type span struct{ start, end int }

// json walks src as JSON and reports whether it is valid: whether
// encoding/json.Valid says so, but for that function's limit of depth and for what
// notFinite notes.
func (w *walker) json(src []byte, top scope) bool {
	w.py, w.render = false, false
	w.begin(src, top)
	return w.run()
}

// python walks src as a Python literal and reports whether it is one.
func (w *walker) python(src []byte, top scope, render bool) bool {
	w.py, w.render = true, render
	w.begin(src, top)
	return w.run()
}

func (w *walker) begin(src []byte, top scope) {
	w.src, w.pos = src, 0
	w.stack, w.out = w.stack[:0], w.out[:0]
	w.field, w.child = fieldNone, top
	w.notFinite = w.notFinite[:0]
	w.inKey = false
	w.memo = w.memoFor(src, top)
	w.memo.next = 0
	w.p.payload.reset()
}

// run reads a value and what follows it until nothing is open any more.
// The payload's columns are filled also where it fails.
func (w *walker) run() bool {
	ok := w.value()
	for ok && len(w.stack) > 0 {
		var complete bool
		if complete, ok = w.next(); ok && !complete {
			ok = w.value()
		}
	}
	w.p.finish()
	w.space()
	return ok && w.pos == len(w.src)
}

// value reads a scalar or opens containers down to the first scalar in them.
// It leaves pos after a complete value.
func (w *walker) value() bool {
	for {
		w.space()
		if w.pos == len(w.src) {
			return false
		}
		switch c := w.src[w.pos]; {
		case c == '[':
			w.open(inList, '[')
			if w.closes(']') {
				return true
			}
			w.expect(element(w.top().scope))
		case c == '{':
			if complete, ok := w.openBraces(); complete || !ok {
				return ok
			}
		case c == '"', c == '\'' && w.py:
			return w.string() && w.fillString()
		case !w.py:
			return w.jsonScalar(c)
		case c == '(':
			if n := complexLength(w.src[w.pos:]); n > 0 {
				w.source(w.pos + n)
				return true
			}
			w.open(inParens, '[')
			if w.closes(')') {
				return true
			}
			w.expect(element(w.top().scope))
		default:
			if complete, ok := w.pythonScalar(c); complete || !ok {
				return ok
			}
		}
	}
}

// openBraces opens a dict or, in Python, a set: until its first element is read
// there is no knowing which.
func (w *walker) openBraces() (complete, ok bool) {
	if w.inKey { // A dict cannot be in a key, so this is a frozenset's set.
		w.open(inSet, '[')
		return false, true
	}
	w.open(inDict, '{')
	if w.closes('}') {
		return true, true
	}
	if w.key(':') {
		return w.plainValue(), true
	}
	w.top().in = inBraces
	return false, w.py && w.beginKey()
}

// next reads what stands between values. The value before pos may have
// completed the container around it, and that one the next.
func (w *walker) next() (complete, ok bool) {
	top := w.top()
	end := w.pos
	w.space()
	if w.pos == len(w.src) {
		return false, false
	}
	c := w.src[w.pos]
	w.pos++
	switch top.in {
	case inList:
		return w.listed(c, ']')
	case inTuple:
		return w.listed(c, ')')
	case inSet:
		return w.listed(c, '}')
	case inParens:
		top.in = inTuple
		if c != ',' {
			return false, false
		}
		return w.listed(c, ')')
	case inDict:
		return w.members(c)
	case inBraces:
		if c != ':' {
			w.inKey = false
			top.in = inSet
			if w.render {
				w.out[w.keyOut-1] = '['
			}
			return w.listed(c, '}')
		}
		top.in = inDict
		return false, w.endKey(end)
	case inDictKey:
		top.in = inDict
		return false, c == ':' && w.endKey(end)
	case inPairKey:
		top.in = inPair
		return false, c == ',' && w.endKey(end)
	case inPair:
		return w.endPair(c)
	default: // inCall
		w.stack = w.stack[:len(w.stack)-1]
		return true, c == ')'
	}
}

// listed goes on in a list after c, or closes it.
func (w *walker) listed(c, closing byte) (complete, ok bool) {
	switch c {
	case ',':
		w.emit(',')
		w.expect(element(w.top().scope))
		return w.py && w.closesAfterComma(closing), true
	case closing:
		return w.close(']')
	}
	return false, false
}

// expect says what the next value fills, and the scope of its keys.
func (w *walker) expect(f fieldID, child scope) {
	if w.p.ignored[f] {
		f = fieldNone
	}
	w.field, w.child = f, child
}

func (w *walker) top() *frame { return &w.stack[len(w.stack)-1] }

func (w *walker) emit(c byte) {
	if w.render {
		w.out = append(w.out, c)
	}
}

func (w *walker) space() { w.pos = skipSpace(w.src, w.pos) }

// skipSpace returns the place of the first byte from i on that is no white
// space of JSON.
func skipSpace(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// trim drops memory that one huge literal made grow.
func (w *walker) trim() {
	if cap(w.stack) > maxScratch {
		w.stack = nil
	}
	if cap(w.notFinite) > maxScratch {
		w.notFinite = nil
	}
	if cap(w.out) > maxScratch {
		w.out = nil
	}
}
