package schema

import (
	"encoding"
	"fmt"
	"unicode/utf8"
)

// KeyEncoding is how a report writes object keys. Batch Operations echoes the
// encoding of the job's input manifest byte for byte.
type KeyEncoding uint8

// The encodings of a key.
const (
	// FormEncoding is percent-encoding in which `+` is a space, as S3's own
	// inventories and manifests have it.
	FormEncoding KeyEncoding = iota
	// PercentEncoding is percent-encoding in which `+` is a plus.
	PercentEncoding
	// NoEncoding takes keys as they stand.
	NoEncoding
)

var keyEncodings = [...]string{"form", "percent", "none"}

// String returns the encoding's name.
func (e KeyEncoding) String() string { return keyEncodings[e] }

var (
	_ encoding.TextMarshaler   = KeyEncoding(0)
	_ encoding.TextUnmarshaler = (*KeyEncoding)(nil)
)

// MarshalText returns the encoding's name.
func (e KeyEncoding) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText takes one of form, percent, none.
func (e *KeyEncoding) UnmarshalText(name []byte) error {
	for i, n := range keyEncodings {
		if n == string(name) {
			*e = KeyEncoding(i)
			return nil
		}
	}
	return fmt.Errorf("key encoding %q is none of form, percent, none%s", name, DidYouMean(string(name), "form", "percent", "none"))
}

// Decode appends the decoded key to dst. It is not ok where an escape is
// malformed or the result is not UTF-8: then the key is to be taken as it
// stands. It is canonical where Encode gives key back from decoded; what is not ok
// never is.
func (e KeyEncoding) Decode(dst, key []byte) (decoded []byte, canonical, ok bool) {
	if e == NoEncoding {
		ok = utf8.Valid(key)
		return append(dst, key...), ok, ok
	}
	start := len(dst)
	canonical = true
	for i := 0; i < len(key); i++ {
		n := plainKeyLength(key[i:])
		dst = append(dst, key[i:i+n]...)
		i += n
		if i == len(key) {
			break
		}
		c := key[i]
		switch {
		case c == '%':
			if i+2 >= len(key) {
				return dst[:start], false, false
			}
			hi, lo := unhex(key[i+1]), unhex(key[i+2])
			if hi > 15 || lo > 15 {
				return dst[:start], false, false
			}
			c = hi<<4 | lo
			canonical = canonical && e.encodes(c) && isUpperHex(key[i+1]) && isUpperHex(key[i+2])
			i += 2
		case c == '+' && e == FormEncoding:
			c = ' '
		default:
			canonical = false
		}
		dst = append(dst, c)
	}
	ok = utf8.Valid(dst[start:])
	return dst, canonical && ok, ok
}

// Identity appends what tells the object of a key from others: the decoded key, though
// it be no UTF-8, or the key as it stands where an escape is malformed. It is canonical
// where Encode gives key back from it.
func (e KeyEncoding) Identity(dst, key []byte) (identity []byte, canonical bool) {
	identity, canonical, ok := e.Decode(dst, key)
	if !ok && len(identity) == len(dst) {
		identity = append(identity, key...)
	}
	return identity, canonical
}

// PlainPrefix returns what a key begins with that is the same in every encoding, and so
// in the decoded key.
func PlainPrefix(key []byte) []byte { return key[:plainKeyLength(key)] }

// plainKeyLength returns how many bytes at the start of key stand for themselves
// in every encoding. It looks at eight together, for nearly all of them do.
func plainKeyLength(key []byte) int {
	i := 0
	for ; i+8 <= len(key); i += 8 {
		k, t := key[i:i+8], &unreserved
		if t[k[0]]&t[k[1]]&t[k[2]]&t[k[3]]&t[k[4]]&t[k[5]]&t[k[6]]&t[k[7]] == 0 {
			break
		}
	}
	for i < len(key) && unreserved[key[i]] != 0 {
		i++
	}
	return i
}

// encodes reports whether c is encoded as % and two digits.
func (e KeyEncoding) encodes(c byte) bool {
	return unreserved[c] == 0 && (c != ' ' || e != FormEncoding)
}

func isUpperHex(c byte) bool { return c < 'a' }

// Encode appends key encoded the way AWS writes it in its own inventories and
// manifests: letters, digits and `-_.*/` stay, a space is `+` (FormEncoding) or
// %20 (PercentEncoding), all other bytes are % and two upper-case hex digits.
func (e KeyEncoding) Encode(dst, key []byte) []byte {
	const digits = "0123456789ABCDEF"
	for _, c := range key {
		switch {
		case e == NoEncoding || unreserved[c] != 0:
			dst = append(dst, c)
		case e.encodes(c):
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		default:
			dst = append(dst, '+')
		}
	}
	return dst
}

// unreserved has 1 for the bytes that AWS leaves as they are in an encoded key.
var unreserved = func() (t [256]uint8) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*/") {
		t[c] = 1
	}
	return t
}()

// unhex returns the value of a hex digit, or more than 15.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
