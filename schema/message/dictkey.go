package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// key reads a key that is a string, as nearly all are, and the separator after
// it. It moves nothing and returns false where something else stands there.
func (w *walker) key(separator byte) bool {
	if separator == ':' && w.recall() {
		return true
	}
	before := w.pos
	w.space()
	start := w.pos
	if !w.plainString() && !w.string() {
		w.pos = start
		return false
	}
	w.space()
	if w.pos == len(w.src) || w.src[w.pos] != separator {
		w.pos = start
		return false
	}
	w.pos++
	if w.pos < len(w.src) && w.src[w.pos] == ' ' {
		w.pos++
	}
	w.field, w.child = fieldNone, scopeNone
	if s := w.top().scope; s != scopeNone {
		key := w.str
		if w.escaped {
			key = w.decoded()
		}
		w.expect(lookup(s, key))
	}
	if w.render {
		w.out = append(appendQuoted(w.out, w.str), ':')
	}
	if separator == ':' {
		w.remember(before)
	}
	return true
}

// beginKey notes the place of a value that may become a key.
func (w *walker) beginKey() bool {
	if w.inKey {
		return false // a dict in a key: no Python has that
	}
	w.inKey = true
	w.keySrc, w.keyOut, w.keyDepth = w.pos, len(w.out), len(w.stack)
	w.field, w.child = fieldNone, scopeNone
	return true
}

// endKey makes a key of the value that ends at end: a string as it is, a number
// as its digits, everything else as its source.
func (w *walker) endKey(end int) bool {
	if !w.inKey || w.keyDepth != len(w.stack) {
		return false
	}
	w.inKey = false
	w.field, w.child = fieldNone, scopeNone
	if !w.render {
		return true
	}
	switch c := w.out[w.keyOut]; {
	case c == '"':
	case c == '-' || scan.IsDigit(c):
		w.out = append(w.out, '"', '"')
		copy(w.out[w.keyOut+1:], w.out[w.keyOut:len(w.out)-2])
		w.out[w.keyOut] = '"'
	default:
		w.out = appendQuoted(w.out[:w.keyOut], w.src[w.keySrc:end])
	}
	w.out = append(w.out, ':')
	return true
}

// pairKey reads up to the value of a pair in OrderedDict([(key, value), …]),
// which is rendered as an object.
func (w *walker) pairKey() bool {
	w.space()
	if w.pos == len(w.src) || w.src[w.pos] != '(' {
		return false
	}
	w.pos++
	if w.key(',') {
		return true
	}
	w.space()
	w.top().in = inPairKey
	return w.beginKey()
}

// endPair reads what follows a pair's value from c on.
func (w *walker) endPair(c byte) (complete, ok bool) {
	if c != ')' {
		return false, false
	}
	if w.closes(']') {
		return true, true
	}
	if w.pos == len(w.src) || w.src[w.pos] != ',' {
		return false, false
	}
	w.pos++
	w.emit(',')
	if w.closesAfterComma(']') {
		return true, true
	}
	return false, w.pairKey()
}

// memo remembers the keys of the literal before, in their order. Those of the
// next are nearly always the same, and to compare a key takes a third of the
// time that it takes to read it and to look it up.
type memo struct {
	keys [memoKeys]memoKey
	next uint // the key expected
}

const (
	memoKeys   = 32 // a boto3 response has some 20
	memoLength = 64 // the longest key with what is around it
)

// memoKey is a key and what it means where it stands.
type memoKey struct {
	source   []byte // from the bracket or comma before it to its value
	rendered []byte // as in JSON, with its colon
	scope    scope  // of its dict

	field fieldID
	child scope
}

// recall reads the key that the memo expects, if it is what comes next.
func (w *walker) recall() bool {
	k := &w.memo.keys[w.memo.next%memoKeys]
	if k.scope != w.top().scope || len(k.source) == 0 || !bytes.HasPrefix(w.src[w.pos:], k.source) {
		return false
	}
	w.memo.next++
	w.pos += len(k.source)
	w.field, w.child = k.field, k.child
	if w.render {
		w.out = append(w.out, k.rendered...)
	}
	return true
}

// remember puts the key str, just read from start on, in the place of the one
// that was expected.
func (w *walker) remember(start int) {
	if w.pos-start > memoLength {
		return
	}
	k := &w.memo.keys[w.memo.next%memoKeys]
	w.memo.next++
	k.source = append(k.source[:0], w.src[start:w.pos]...)
	if w.py {
		k.rendered = append(appendQuoted(k.rendered[:0], w.str), ':')
	}
	k.scope, k.field, k.child = w.top().scope, w.field, w.child
}

// memoFor returns the memo for literals like src.
func (w *walker) memoFor(src []byte, top scope) *memo {
	form := 0
	switch {
	case top == scopeLambda:
	case top == scopeTask:
		form = 1
	case !w.py:
		form = 2
	case len(src) > 1 && src[1] == 'u': // Python 2
		form = 3
	default:
		form = 4
	}
	return &w.memos[form]
}
