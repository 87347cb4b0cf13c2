package md5pair

import (
	"encoding/binary"
)

// blockSize is the size in bytes of what a round of MD5 takes.
const blockSize = 64

// state are the words A, B, C, D of section 3.3.
type state [4]uint32

// Digest is the MD5 of a stream so far. It begins with New.
type Digest struct {
	state state
	size  uint64 // of the stream so far
	rest  [blockSize]byte
	kept  int // how many bytes of rest are in use: those behind the last whole block
}

// New returns the digest of an empty stream.
func New() *Digest {
	return &Digest{state: state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}}
}

// blocks adds n bytes at p to the first state and as many at q to the second, n
// being a multiple of blockSize.
//
//go:noescape
func blocks(s *[2]state, p, q *byte, n int)

func addPair(a, b *Digest, p, q []byte) {
	p, q = a.complete(p), b.complete(q)
	if n := min(len(p), len(q)) / blockSize * blockSize; n > 0 {
		s := [2]state{a.state, b.state}
		blocks(&s, &p[0], &q[0], n)
		a.state, b.state = s[0], s[1]
		a.size += uint64(n)
		b.size += uint64(n)
		p, q = p[n:], q[n:]
	}
	a.add(p)
	b.add(q)
}

// complete fills up the block begun and returns what of p goes beyond it.
func (d *Digest) complete(p []byte) []byte {
	if d.kept == 0 {
		return p
	}
	n := copy(d.rest[d.kept:], p)
	d.kept += n
	d.size += uint64(n)
	if d.kept == blockSize {
		d.kept = 0
		d.blocks(d.rest[:])
	}
	return p[n:]
}

// add adds p alone.
func (d *Digest) add(p []byte) {
	p = d.complete(p)
	whole := len(p) / blockSize * blockSize
	d.blocks(p[:whole])
	d.kept += copy(d.rest[d.kept:], p[whole:])
	d.size += uint64(len(p))
}

// blocks adds whole blocks. What the second stream would be is done with the
// same bytes, which takes no more time.
func (d *Digest) blocks(p []byte) {
	if len(p) == 0 {
		return
	}
	s := [2]state{d.state}
	blocks(&s, &p[0], &p[0], len(p))
	d.state = s[0]
}

// Sum returns the digest. The stream may go on afterwards.
func (d *Digest) Sum() (sum [Size]byte) {
	end := *d
	// Section 3.1 and 3.2: a bit, zeros up to the last eight bytes of a block,
	// and the number of bits.
	padding := make([]byte, 1+(2*blockSize-9-d.kept)%blockSize, blockSize+8)
	padding[0] = 0x80
	end.add(binary.LittleEndian.AppendUint64(padding, d.size*8))
	for i, word := range end.state {
		binary.LittleEndian.PutUint32(sum[4*i:], word)
	}
	return sum
}
