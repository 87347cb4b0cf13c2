// Package md5pair computes the MD5 (RFC 1321) of two streams at once, which on
// amd64 takes the time of one: each step of MD5 waits for the step before, and
// a second stream fills the time between. Elsewhere it is crypto/md5 twice.
//
// MD5 is what a report's manifest proves its result files with. It is a quarter
// of the work of converting them, and the only part that no second core and no
// better loop makes faster.
package md5pair

// Size is the size of a digest in bytes.
const Size = 16

// AddPair adds p to a and q to b, which differ. It is fastest where both are long.
func AddPair(a, b *Digest, p, q []byte) { addPair(a, b, p, q) }

// Add adds p to the digest.
func (d *Digest) Add(p []byte) { d.add(p) }
