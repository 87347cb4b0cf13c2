package parquetfile

import (
	"encoding/binary"

	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/zstdpage"
)

// stringCompressors are those of pages of strings: full, which takes anything,
// and two that take less time where the strings are as they expect. They belong
// to one worker.
type stringCompressors struct {
	full, similar, lengths encode.Compressor

	seen   [1 << seenBits]uint32 // hashes of beginnings: the next 32 bits by the uppermost
	sample []byte                // a page
	frame  []byte                // of the sample
}

const seenBits = 12

func newStringCompressors(full encode.Compressor) *stringCompressors {
	var e zstdpage.Encoder
	return &stringCompressors{
		full:    full,
		similar: func(dst, src []byte) ([]byte, error) { return e.Similar(dst, src), nil },
		lengths: func(dst, src []byte) ([]byte, error) { return e.Lengths(dst, src), nil },
	}
}

// A column chunk is judged by strings from the middle of its first page:
// smallSample bytes of them tell random ones from others, largeSample those that
// are like earlier ones.
const (
	smallSample = 8 << 10
	largeSample = 32 << 10
)

// choose returns the compressor of a chunk that begins with page, nil if that is
// too little to tell.
func (c *stringCompressors) choose(page []byte) encode.Compressor {
	if len(page) < 4 {
		return nil
	}
	levels := 4 + int64(binary.LittleEndian.Uint32(page))
	if levels > int64(len(page)-smallSample) {
		return nil
	}
	middle, again := c.look(page[levels:])
	const noLevels = "\x00\x00\x00\x00"
	c.sample = append(append(c.sample[:0], noLevels...), middle[:min(largeSample, len(middle))]...)
	// Ids that come again are random too, but only in a sample.
	if !again {
		if full := c.size(c.full, smallSample); c.size(c.lengths, smallSample) <= full+full/8 {
			return c.lengths
		}
	}
	// At first there is little to be like: a page of keys or messages gets as small
	// as with full, but its beginning is up to a fifth larger.
	if full := c.size(c.full, largeSample); c.size(c.similar, largeSample) <= full+full/4 {
		return c.similar
	}
	return c.full
}

// size returns how large the beginning of the sample becomes.
func (c *stringCompressors) size(compress encode.Compressor, n int) int {
	var err error
	c.frame, err = compress(c.frame[:0], c.sample[:min(n, len(c.sample))])
	if err != nil {
		return n
	}
	return len(c.frame)
}

// look returns the strings from about the middle on, and whether more than one in
// 32 begins with the same eight bytes as an earlier one.
func (c *stringCompressors) look(strings []byte) (middle []byte, again bool) {
	clear(c.seen[:])
	middle = strings
	start := (len(strings) - largeSample) / 2
	count, known := 0, 0
	for p := 0; p < len(strings); count++ {
		if p <= start {
			middle = strings[p:]
		}
		rest := strings[p:]
		if len(rest) < 4+8 {
			break
		}
		hash := binary.LittleEndian.Uint64(rest[4:]) * 0x9E3779B185EBCA87 // 2^64 by the golden ratio
		if entry := &c.seen[hash>>(64-seenBits)]; *entry == uint32(hash>>20) {
			known++
		} else {
			*entry = uint32(hash >> 20)
		}
		p += int(min(4+int64(binary.LittleEndian.Uint32(rest)), int64(len(rest))))
	}
	return middle, known > count/32
}
