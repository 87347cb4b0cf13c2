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
	emit      func(step) error // takes each step: what is read, and blocks
	maxRecord int
	pool      *sync.Pool

	block  *block       // the one being filled
	grown  *block       // whole records, more than a block has; nil if there is none
	taken  int          // of its bytes, in the blocks made of them
	begun  bool         // a byte order mark has been looked for
	order  schema.Order // of the two columns, once it is known
	looked bool         // for a record that tells the order
}

func (c *cutter) close() { c.in.close() }

// drop lets go of a block of which nothing goes on, when its bytes are hashed.
func (c *cutter) drop(b *block) error { return c.emit(step{block: b, spent: true}) }

// next returns the next block, nil at the end of the file. Whoever gets it owns it.
func (c *cutter) next() (*block, error) {
	if c.grown != nil {
		return c.takeGrown()
	}
	for {
		if err := c.fill(c.block); err != nil {
			return nil, err
		}
		if !c.begun {
			c.begun = true
			if bom := []byte("\ufeff"); bytes.HasPrefix(c.block.data, bom) {
				rest := c.newBlock()
				rest.steal(c.block, len(bom))
				rest.offset = int64(len(bom))
				if err := c.drop(c.block); err != nil {
					return nil, err
				}
				c.block = rest
				continue
			}
		}
		b := c.block
		end := b.findRecords(c.in.ended)
		if end == 0 && !c.in.ended && len(b.data) < c.maxRecord {
			b.grow(min(2*cap(b.data), c.maxRecord))
			continue
		}
		if len(b.data) == 0 {
			return nil, nil
		}
		if end == 0 && !c.in.ended {
			end = schema.RecordEndWithin(b.data)
		}
		if line := bytes.IndexByte(b.data, '\n') + 1; end == 0 && line > 0 && schema.StandsAlone(b.data[:line]) {
			end = line
		} else if end == 0 && c.in.ended && line == 0 && schema.StandsAlone(b.data) {
			end = len(b.data)
		}
		if end == 0 {
			rest, err := c.reject(b)
			c.block = rest
			if err != nil {
				return nil, err
			}
		} else {
			c.block = c.newBlock()
			c.block.steal(b, end)
			c.block.offset = b.offset + int64(end)
		}
		if cap(b.data) <= blockSize {
			return b, nil
		}
		c.grown, c.taken = b, 0
		return c.takeGrown()
	}
}

// takeGrown returns the next block of those that a grown one becomes. A block grows while it
// is not known where its first record ends. If that turns out to be small, there
// are many more behind it, and all of them in one batch would need a lot of memory.
// A record that is longer than a block by itself stays where it is.
func (c *cutter) takeGrown() (*block, error) {
	b := c.grown
	data := b.data[c.taken:]
	n := len(data)
	if b.reject == "" {
		n = wholeRecords(data, blockSize)
	}
	if n == len(b.data) && n > blockSize {
		c.grown = nil
		return b, nil
	}
	taken := c.newBlock()
	taken.data = append(taken.data, data[:n]...)
	taken.offset, taken.reject, taken.length = b.offset+int64(c.taken), b.reject, b.length
	c.taken += n
	if c.taken < len(b.data) {
		return taken, nil
	}
	c.grown = nil
	return taken, c.drop(b)
}

// wholeRecords returns the length of the records at the start of data that are no more
// than size bytes together, or of the first one, where that is longer. All of data are
// whole records.
func wholeRecords(data []byte, size int) int {
	n, _ := schema.RecordEnd(data)
	for n < len(data) {
		next, _ := schema.RecordEnd(data[n:])
		if n+next > size {
			break
		}
		n += next
	}
	return n
}

// fill reads until the block is full or the file ends.
func (c *cutter) fill(b *block) error {
	start, ended := len(b.data), c.in.ended
	if err := c.in.fill(b); err != nil {
		return err
	}
	if ended {
		return nil
	}
	return c.emit(step{read: b.data[start:], ended: c.in.ended, stored: c.in.body.Stored()})
}

// newBlock returns an empty block.
func (c *cutter) newBlock() *block {
	b, _ := c.pool.Get().(*block)
	if b == nil {
		b = &block{data: make([]byte, 0, min(blockSize, c.maxRecord))}
	}
	*b = block{file: c.in.file, data: b.data[:0], records: b.records[:0], pool: c.pool}
	return b
}

// steal moves what follows the first end bytes of other to b.
func (b *block) steal(other *block, end int) {
	rest := other.data[end:]
	if len(rest) > cap(b.data) {
		b.grow(len(rest))
	}
	b.data = append(b.data, rest...)
	other.data = other.data[:end]
}

func (b *block) grow(size int) {
	b.data = append(make([]byte, 0, size), b.data...)
}

// reject turns block, at whose start a record begins that does not end within the
// limit, into a reject of its first line. It returns a block of what follows.
func (c *cutter) reject(b *block) (rest *block, err error) {
	rest = c.newBlock()
	if line := bytes.IndexByte(b.data, '\n') + 1; line > 0 || c.in.ended {
		if line == 0 {
			line = len(b.data)
		}
		b.reject = "a quote is opened and not closed"
		if !c.in.ended {
			b.reject += fmt.Sprintf(" within %d bytes", c.maxRecord)
		}
		b.length = int64(line)
		rest.steal(b, line)
		rest.offset = b.offset + b.length
		return rest, nil
	}
	b.reject = fmt.Sprintf("the record is longer than %d bytes", c.maxRecord)
	if bytes.IndexByte(b.data, '\r') >= 0 {
		b.reject += ", and has CRs in it: lines have to end in LF or CRLF"
	}
	b.length = int64(len(b.data))
	b.data = b.data[:min(len(b.data), rejectedBytes)]
	for line := 0; line == 0 && !c.in.ended; {
		skipped := rest
		if err := c.fill(skipped); err != nil {
			return nil, err
		}
		line = bytes.IndexByte(skipped.data, '\n') + 1
		end := line
		if line == 0 {
			end = len(skipped.data)
		}
		b.length += int64(end)
		rest = c.newBlock()
		rest.steal(skipped, end)
		if err := c.drop(skipped); err != nil {
			return nil, err
		}
	}
	rest.offset = b.offset + b.length
	return rest, nil
}
