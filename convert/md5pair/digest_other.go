//go:build !amd64

package md5pair

import (
	"crypto/md5"
	"hash"
)

// Digest is the MD5 of a stream so far. It begins with New.
type Digest struct{ hash hash.Hash }

// New returns the digest of an empty stream.
func New() *Digest { return &Digest{md5.New()} }

func addPair(a, b *Digest, p, q []byte) {
	a.add(p)
	b.add(q)
}

func (d *Digest) add(p []byte) { d.hash.Write(p) }

// Sum returns the digest. The stream may go on afterwards.
func (d *Digest) Sum() [Size]byte { return [Size]byte(d.hash.Sum(nil)) }
