package convert

import (
	"encoding/binary"

	"batchreport/convert/zstdpage"
)

// stringCompressors are those of pages of strings: full, which takes anything,
// and two that are two to three times as fast where the strings are as they
// expect. The zero value has none; then full is all there is.
type stringCompressors struct {
	full, similar, lengths compressor
}

func newStringCompressors(full compressor) stringCompressors {
	var e zstdpage.Encoder
	return stringCompressors{
		full:    full,
		similar: func(dst, src []byte) ([]byte, error) { return e.Similar(dst, src), nil },
		lengths: func(dst, src []byte) ([]byte, error) { return e.Lengths(dst, src), nil },
	}
}

// A column chunk is judged by its first strings: smallSample bytes of them tell
// random ones from others, largeSample those that are like earlier ones.
const (
	smallSample = 8 << 10
	largeSample = 16 << 10
)

// choose returns the compressor of a chunk that begins with page, nil if that is
// too little to tell.
func (c stringCompressors) choose(page []byte) compressor {
	if c.full == nil || len(page) < 2*smallSample {
		return nil
	}
	levels := 4 + int64(binary.LittleEndian.Uint32(page))
	if levels > int64(len(page)-smallSample) {
		return nil
	}
	strings := page[levels:]
	size := func(c compressor, sample int) int {
		s := strings[:min(sample, len(strings))]
		frame, err := c(nil, s)
		if err != nil {
			return len(s)
		}
		return len(frame)
	}
	if full := size(c.full, smallSample); size(c.lengths, smallSample) <= full+full/8 {
		return c.lengths
	}
	// At first there is little to be like: a page of keys or messages gets as small
	// as with full, but its beginning is up to a third larger.
	if full := size(c.full, largeSample); size(c.similar, largeSample) <= full+full/3 {
		return c.similar
	}
	return c.full
}
