package reporttest

import (
	"crypto/md5"
	"hash"
	"time"
)

// SlowMD5 returns what makes hashes that are MD5, and take a given time for each byte
// without taking a core.
func SlowMD5(perByte time.Duration) func() hash.Hash {
	return func() hash.Hash { return slowMD5{md5.New(), perByte} }
}

type slowMD5 struct {
	hash.Hash
	perByte time.Duration
}

// Write implements io.Writer.
func (h slowMD5) Write(p []byte) (int, error) {
	<-time.After(time.Duration(len(p)) * h.perByte)
	return h.Hash.Write(p)
}
