package schema

import (
	"bytes"
	"slices"
)

// AppendObject appends what tells an object from all others: its bucket, its key as it
// is after decoding, and its version, where none is nil. The results are ordered byte by
// byte as the objects are, by bucket, key and version, none first.
func AppendObject(dst, bucket, key, version []byte) []byte {
	dst = appendEnded(dst, bucket)
	dst = appendEnded(dst, key)
	if version != nil {
		dst = append(append(dst, 1), version...)
	}
	return dst
}

// appendEnded appends text with an end that no text has inside: two zero bytes, while a
// zero byte of the text is followed by a 1.
func appendEnded(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, 0)
		if i < 0 {
			return append(append(dst, text...), 0, 0)
		}
		dst = append(append(dst, text[:i]...), 0, 1)
		text = text[i+1:]
	}
}

// Object is what AppendObject was given.
type Object struct {
	Bucket, Key []byte
	Version     []byte // nil is none
}

// SplitObject takes an object apart. What it returns are views of id, or copies. Bytes
// that AppendObject has not made give an object without a key.
func SplitObject(id []byte) Object {
	var o Object
	o.Bucket, id = cutEnded(id)
	o.Key, id = cutEnded(id)
	if len(id) > 0 {
		o.Version = id[1:]
	}
	return o
}

// cutEnded returns the text that appendEnded has appended, and what follows it.
func cutEnded(b []byte) (text, rest []byte) {
	escaped := false
	for i := 0; ; i += 2 {
		n := bytes.IndexByte(b[i:], 0)
		if n < 0 || i+n+1 >= len(b) {
			return b, nil
		}
		i += n
		if b[i+1] == 0 {
			text, rest = b[:i], b[i+2:]
			break
		}
		escaped = true
	}
	if escaped {
		text = bytes.ReplaceAll(slices.Clone(text), []byte{0, 1}, []byte{0})
	}
	return text, rest
}
