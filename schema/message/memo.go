package message

import "bytes"

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
