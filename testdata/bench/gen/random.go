package main

import (
	"math/rand/v2"
	"time"
)

// generator makes the random parts of rows. The order in which they are asked
// for decides the bytes of the report: whoever changes it changes every figure
// that was measured before.
type generator struct {
	r     *rand.Rand
	index int64     // of the row, from 0
	now   time.Time // when its task ran
}

// Alphabets of ids. Their lengths are powers of two, so that a character is a
// few bits of a random word.
const (
	upperHex  = "0123456789ABCDEF"
	lowerHex  = "0123456789abcdef"
	requestID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	base64    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	versionID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._"
)

// fill appends n random characters of an alphabet of 16, 32 or 64.
func (g *generator) fill(b []byte, alphabet string, n int) []byte {
	bits := map[int]int{16: 4, 32: 5, 64: 6}[len(alphabet)]
	mask := uint64(len(alphabet) - 1)
	var word uint64
	left := 0
	for range n {
		if left == 0 {
			word, left = g.r.Uint64(), 10
		}
		b = append(b, alphabet[word&mask])
		word >>= bits
		left--
	}
	return b
}

// requestID appends the id of a request to S3, one in four in the older form.
func (g *generator) requestID(b []byte) []byte {
	if g.r.IntN(4) == 0 {
		return g.fill(b, upperHex, 16)
	}
	return g.fill(b, requestID, 16)
}

// extendedID appends an extended request id.
func (g *generator) extendedID(b []byte) []byte { return append(g.fill(b, base64, 75), '=') }

// uuid appends a UUID of version 4.
func (g *generator) uuid(b []byte) []byte {
	b = append(g.fill(b, lowerHex, 8), '-')
	b = append(g.fill(b, lowerHex, 4), '-', '4')
	b = append(g.fill(b, lowerHex, 3), '-', "89ab"[g.r.IntN(4)])
	b = append(g.fill(b, lowerHex, 3), '-')
	return g.fill(b, lowerHex, 12)
}
