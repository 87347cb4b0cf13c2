//go:build !amd64

package jsonplain

// wide is from how many bytes on lengthWide takes them.
const wide = 16

func lengthWide(s []byte) int { return lengthWords(s) }
