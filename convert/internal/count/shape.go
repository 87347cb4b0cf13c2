package count

import (
	"bytes"
	"encoding/binary"
	"slices"

	"batchreport/convert/groups"
	"batchreport/schema"
)

// shapes spares a counter most of the messages of rows that failed. Those of a cause
// mostly differ in a request id, or in a time, alone: what they have in common is their
// shape. Where a message of the same shape was split before, in a row of the same codes,
// the row is of the same groups.
//
// That holds for groupings by shapeColumns alone, and is tried for each shape before it
// counts: its message is split once more with other ids in it. It does not hold for a row
// whose own bucket, key or version stands in the text of the message, which the template
// masks.
type shapes struct {
	known map[string]*shape
	left  int // how many may be learned of the block: to learn one takes longer than to do without

	key    []byte // scratch: the shape of the row, and its codes
	tokens []token
	other  []byte
}

// shape is a shape that is known.
type shape struct {
	text   []byte
	groups []*knownGroup // by grouping
}

// shapeColumns are those by which rows can be grouped as their shapes are: no id and no
// time is in them, but in parts that are masked.
var shapeColumns = append([]schema.Column{schema.TaskStatus, schema.ResultKind}, func() (columns []schema.Column) {
	for _, d := range groups.ByCause() {
		columns = append(columns, d.Column)
	}
	return columns
}()...)

const (
	maxShapes = 256     // that are known: a report has some dozens
	maxLearn  = 16      // of each block, which has some thousand rows
	maxShape  = 2 << 10 // the longest message of which the shape is taken
)

// newShapes returns shapes that can be used for such a counting; nil where none can.
func newShapes(c *Options) *shapes {
	for _, by := range c.By {
		for _, d := range by {
			if !slices.Contains(shapeColumns, d.Column) {
				return nil
			}
		}
	}
	if c.Rows > 0 {
		return nil
	}
	return &shapes{known: map[string]*shape{}, left: maxLearn}
}

// endBlock ends a block. Where groups are forgotten the shapes are too.
func (s *shapes) endBlock(forget bool) {
	if s == nil {
		return
	}
	s.left = maxLearn
	if forget || len(s.known) == maxShapes {
		clear(s.known)
	}
}

// find finds the shape of a row that failed; ok is false where it is not taken.
func (s *shapes) find(r *schema.Record) (ok bool) {
	if len(r.ResultMessage) > maxShape {
		return false
	}
	s.tokens = findTokens(s.tokens[:0], r.ResultMessage)
	key := binary.LittleEndian.AppendUint32(s.key[:0], uint32(r.HTTPStatusCode.Value))
	key = binary.LittleEndian.AppendUint32(key, uint32(len(r.ErrorCode)))
	key = append(append(key, r.ErrorCode...), byte(len(s.tokens)))
	if !r.HTTPStatusCode.Valid {
		key[len(key)-1] |= 1 << 7
	}
	for _, t := range s.tokens {
		key = binary.LittleEndian.AppendUint16(append(key, byte(t.kind)), uint16(t.start))
		key = binary.LittleEndian.AppendUint16(key, uint16(t.end))
	}
	done := 0
	for _, t := range s.tokens {
		key = append(key, r.ResultMessage[done:t.start]...)
		done = t.end
	}
	s.key = append(key, r.ResultMessage[done:]...)
	return true
}

// hasOwn reports whether a value of the row itself stands in text.
func hasOwn(text []byte, r *schema.Record) bool {
	return bytes.Contains(text, schema.PlainPrefix(r.Key)) || bytes.Contains(text, r.Bucket) || len(r.VersionID) > 0 && bytes.Contains(text, r.VersionID)
}

// Counted counts a row that failed if its shape is known, and the block has rows of its
// groups already. Else the row has to be split, and Add called then.
func (c *Counter) Counted() bool {
	s, r := c.shapes, &c.row.Record
	if s == nil || !s.find(r) {
		return false
	}
	known := s.known[string(s.key)]
	if known == nil || hasOwn(known.text, r) {
		return false
	}
	for i, g := range c.groupings {
		if known.groups[i].block != g.block {
			return false
		}
	}
	for _, group := range known.groups {
		group.group.rows++
	}
	return true
}

// learn takes note of the shape of the row that was counted last, after Counted has asked
// for it.
func (c *Counter) learn() {
	s, r := c.shapes, c.row
	if s == nil || s.left == 0 || len(s.known) == maxShapes || len(r.Record.ResultMessage) > maxShape ||
		s.known[string(s.key)] != nil || hasOwn(r.Message.Text, &r.Record) {
		return
	}
	s.left--
	learned := &shape{text: bytes.Clone(r.Message.Text)}
	for _, g := range c.groupings {
		learned.groups = append(learned.groups, g.last)
	}
	s.other = withOtherTokens(s.other[:0], r.Record.ResultMessage, s.tokens)
	r.SplitMessage(s.other)
	for _, g := range c.groupings {
		if g.find() != g.last {
			return
		}
	}
	if bytes.Equal(r.Message.Text, learned.text) {
		s.known[string(s.key)] = learned
	}
}
