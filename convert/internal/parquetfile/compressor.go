package parquetfile

import (
	"encoding/binary"

	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/zstdpage"
)

// compressorChooser chooses which compressor is used for the pages of a chunk of
// strings: full, which does well with anything, or one of zstdpage's two, which are
// faster and do as well where the strings are as they expect. It belongs to one worker.
type compressorChooser struct {
	full, similar, lengths encode.Compressor

	seen   [1 << seenBits]uint32 // by the first bits of a string's hash, the bits that follow
	sample []byte                // a page
	frame  []byte                // the sample compressed
}

// seenBits of a hash are the index of compressorChooser.seen.
const seenBits = 12

func newCompressorChooser(full encode.Compressor) *compressorChooser {
	var e zstdpage.Encoder
	return &compressorChooser{
		full:    full,
		similar: func(dst, src []byte) ([]byte, error) { return e.Similar(dst, src), nil },
		lengths: func(dst, src []byte) ([]byte, error) { return e.Lengths(dst, src), nil },
	}
}

// The compressor of a column chunk is chosen by a sample of strings from the middle of
// its first page. smallSample bytes are enough to tell random strings from others,
// largeSample bytes to tell those that resemble earlier ones.
const (
	smallSample = 8 << 10
	largeSample = 32 << 10
)

// choose returns the compressor of a chunk that begins with page, nil if the page is
// too small to tell.
func (c *compressorChooser) choose(page []byte) encode.Compressor {
	if len(page) < 4 {
		return nil
	}
	levels := 4 + int64(binary.LittleEndian.Uint32(page))
	if levels > int64(len(page)-smallSample) {
		return nil
	}
	middle, again := c.middle(page[levels:])
	const noLevels = "\x00\x00\x00\x00"
	c.sample = append(append(c.sample[:0], noLevels...), middle[:min(largeSample, len(middle))]...)
	// Ids that repeat look random too, but only in a sample: the whole page has them again.
	if !again {
		if full := c.size(c.full, smallSample); c.size(c.lengths, smallSample) <= full+full/8 {
			return c.lengths
		}
	}
	// The first strings have few earlier ones to resemble: a page of keys or messages
	// gets as small as with full, but its beginning is up to a fifth larger.
	if full := c.size(c.full, largeSample); c.size(c.similar, largeSample) <= full+full/4 {
		return c.similar
	}
	return c.full
}

// size returns how many bytes the first n of the sample become.
func (c *compressorChooser) size(compress encode.Compressor, n int) int {
	var err error
	c.frame, err = compress(c.frame[:0], c.sample[:min(n, len(c.sample))])
	if err != nil {
		return n
	}
	return len(c.frame)
}

// middle returns the strings of a page from about half a sample before its middle on,
// and whether more than one in 32 begins with the same eight bytes as an earlier one.
func (c *compressorChooser) middle(values []byte) (middle []byte, again bool) {
	clear(c.seen[:])
	middle = values
	start := (len(values) - largeSample) / 2
	count, known := 0, 0
	for p := 0; p < len(values); count++ {
		if p <= start {
			middle = values[p:]
		}
		rest := values[p:]
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
