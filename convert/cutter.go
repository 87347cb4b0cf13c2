package convert

import (
	"bytes"
	"fmt"
	"sync"

	"batchreport/schema"
)

// rejectedBytes is how much of a record above the limit a reject keeps.
const rejectedBytes = 64 << 10

// cutter cuts a result file into blocks.
type cutter struct {
	in        *input
	maxRecord int
	pool      *sync.Pool

	block  *block       // the one being filled
	begun  bool         // a byte order mark has been looked for
	order  schema.Order // of the two columns, once it is known
	looked bool         // for a record that tells the order
}

func (c *cutter) close() {
	c.block.Release()
	c.in.close()
}

// next returns the next block, nil at the end of the file. Whoever gets it owns it.
func (c *cutter) next() (*block, error) {
	for {
		if err := c.fill(c.block); err != nil {
			return nil, err
		}
		if !c.begun {
			c.begun = true
			if bom := []byte("\ufeff"); bytes.HasPrefix(c.block.data, bom) {
				c.block.data = append(c.block.data[:0], c.block.data[len(bom):]...)
				c.block.offset = int64(len(bom))
				continue
			}
		}
		block := c.block
		end := schema.LastRecordEnd(block.data)
		switch {
		case c.in.ended && schema.Closed(block.data):
			end = len(block.data)
		case end == 0 && !c.in.ended && len(block.data) < c.maxRecord:
			block.grow(min(2*cap(block.data), c.maxRecord))
			continue
		}
		if end == 0 && len(block.data) == 0 {
			return nil, nil
		}
		rest := c.newBlock()
		if end > 0 {
			rest.take(block, end)
			rest.offset = block.offset + int64(end)
		} else if err := c.reject(block, rest); err != nil {
			rest.Release()
			return nil, err
		}
		c.block = rest
		return block, nil
	}
}

// fill reads until the block is full or the file ends, which it does only if all
// of its bytes are the ones the manifest speaks of.
func (c *cutter) fill(block *block) error {
	if err := c.in.fill(block); err != nil {
		return err
	}
	return c.in.verify()
}

// newBlock returns an empty block.
func (c *cutter) newBlock() *block {
	b, _ := c.pool.Get().(*block)
	if b == nil {
		b = &block{data: make([]byte, 0, min(blockSize, c.maxRecord))}
	}
	*b = block{file: c.in.file, data: b.data[:0], pool: c.pool}
	return b
}

// take moves what follows the first end bytes of other to r.
func (r *block) take(other *block, end int) {
	rest := other.data[end:]
	if len(rest) > cap(r.data) {
		r.grow(len(rest))
	}
	r.data = append(r.data, rest...)
	other.data = other.data[:end]
}

func (r *block) grow(size int) {
	r.data = append(make([]byte, 0, size), r.data...)
}

// reject turns block, at whose start a record begins that does not end within
// the limit, into a reject of its first line, and moves what follows to rest.
func (c *cutter) reject(block, rest *block) error {
	line := bytes.IndexByte(block.data, '\n') + 1
	if line > 0 || c.in.ended {
		if line == 0 {
			line = len(block.data)
		}
		block.reject = "a quote is opened and not closed"
		if !c.in.ended {
			block.reject += fmt.Sprintf(" within %d bytes", c.maxRecord)
		}
		block.length = int64(line)
		rest.take(block, line)
	} else {
		block.reject = fmt.Sprintf("the record is longer than %d bytes", c.maxRecord)
		block.length = int64(len(block.data))
		block.data = block.data[:min(len(block.data), rejectedBytes)]
		for line == 0 && !c.in.ended {
			rest.data = rest.data[:0]
			if err := c.fill(rest); err != nil {
				return err
			}
			line = bytes.IndexByte(rest.data, '\n') + 1
			if line == 0 {
				block.length += int64(len(rest.data))
			}
		}
		if line == 0 {
			line = len(rest.data)
		} else {
			block.length += int64(line)
		}
		rest.data = append(rest.data[:0], rest.data[line:]...)
	}
	rest.offset = block.offset + block.length
	return nil
}
