package reading

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

	block  *Block       // the one being filled
	grown  *Block       // whole records, more than a block has; nil if there is none
	taken  int          // of its bytes, in the blocks made of them
	begun  bool         // a byte order mark has been looked for
	order  schema.Order // of the two columns, once it is known
	looked bool         // for a record that tells the order
}

func (c *cutter) close() { c.in.close() }

// drop lets go of a block of which nothing goes on, when its bytes are hashed.
func (c *cutter) drop(b *Block) error { return c.emit(step{block: b, spent: true}) }

// next returns the next block, nil at the end of the file. Whoever gets it owns it.
func (c *cutter) next() (*Block, error) {
	if c.grown != nil {
		return c.takeGrown()
	}
	for {
		if err := c.fill(c.block); err != nil {
			return nil, err
		}
		if !c.begun {
			c.begun = true
			if bom := []byte("\ufeff"); bytes.HasPrefix(c.block.Data, bom) {
				rest := c.newBlock()
				rest.steal(c.block, len(bom))
				rest.Offset = int64(len(bom))
				if err := c.drop(c.block); err != nil {
					return nil, err
				}
				c.block = rest
				continue
			}
		}
		b := c.block
		end := b.findRecords(c.in.ended)
		if end == 0 && !c.in.ended && len(b.Data) < c.maxRecord {
			b.grow(min(2*cap(b.Data), c.maxRecord))
			continue
		}
		if len(b.Data) == 0 {
			return nil, nil
		}
		if end == 0 && !c.in.ended {
			end = schema.RecordEndWithin(b.Data)
		}
		if line := bytes.IndexByte(b.Data, '\n') + 1; end == 0 && line > 0 && schema.StandsAlone(b.Data[:line]) {
			end = line
		} else if end == 0 && c.in.ended && line == 0 && schema.StandsAlone(b.Data) {
			end = len(b.Data)
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
			c.block.Offset = b.Offset + int64(end)
		}
		if cap(b.Data) <= BlockSize {
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
func (c *cutter) takeGrown() (*Block, error) {
	b := c.grown
	data := b.Data[c.taken:]
	n := len(data)
	if b.Reject == "" {
		n = wholeRecords(data, BlockSize)
	}
	if n == len(b.Data) && n > BlockSize {
		c.grown = nil
		return b, nil
	}
	taken := c.newBlock()
	taken.Data = append(taken.Data, data[:n]...)
	taken.Offset, taken.Reject, taken.Length = b.Offset+int64(c.taken), b.Reject, b.Length
	c.taken += n
	if c.taken < len(b.Data) {
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
func (c *cutter) fill(b *Block) error {
	start, ended := len(b.Data), c.in.ended
	if err := c.in.fill(b); err != nil {
		return err
	}
	if ended {
		return nil
	}
	return c.emit(step{read: b.Data[start:], ended: c.in.ended, stored: c.in.body.Stored()})
}

// newBlock returns an empty block.
func (c *cutter) newBlock() *Block {
	b, _ := c.pool.Get().(*Block)
	if b == nil {
		b = &Block{Data: make([]byte, 0, min(BlockSize, c.maxRecord))}
	}
	*b = Block{File: c.in.file, Data: b.Data[:0], records: b.records[:0], pool: c.pool}
	return b
}

// steal moves what follows the first end bytes of other to b.
func (b *Block) steal(other *Block, end int) {
	rest := other.Data[end:]
	if len(rest) > cap(b.Data) {
		b.grow(len(rest))
	}
	b.Data = append(b.Data, rest...)
	other.Data = other.Data[:end]
}

func (b *Block) grow(size int) {
	b.Data = append(make([]byte, 0, size), b.Data...)
}

// reject turns block, at whose start a record begins that does not end within the
// limit, into a reject of its first line. It returns a block of what follows.
func (c *cutter) reject(b *Block) (rest *Block, err error) {
	rest = c.newBlock()
	if line := bytes.IndexByte(b.Data, '\n') + 1; line > 0 || c.in.ended {
		if line == 0 {
			line = len(b.Data)
		}
		b.Reject = "a quote is opened and not closed"
		if !c.in.ended {
			b.Reject += fmt.Sprintf(" within %d bytes", c.maxRecord)
		}
		b.Length = int64(line)
		rest.steal(b, line)
		rest.Offset = b.Offset + b.Length
		return rest, nil
	}
	b.Reject = fmt.Sprintf("the record is longer than %d bytes", c.maxRecord)
	if bytes.IndexByte(b.Data, '\r') >= 0 {
		b.Reject += ", and has CRs in it: lines have to end in LF or CRLF"
	}
	b.Length = int64(len(b.Data))
	b.Data = b.Data[:min(len(b.Data), rejectedBytes)]
	for line := 0; line == 0 && !c.in.ended; {
		skipped := rest
		if err := c.fill(skipped); err != nil {
			return nil, err
		}
		line = bytes.IndexByte(skipped.Data, '\n') + 1
		end := line
		if line == 0 {
			end = len(skipped.Data)
		}
		b.Length += int64(end)
		rest = c.newBlock()
		rest.steal(skipped, end)
		if err := c.drop(skipped); err != nil {
			return nil, err
		}
	}
	rest.Offset = b.Offset + b.Length
	return rest, nil
}
