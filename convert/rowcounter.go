package convert

import (
	"crypto/sha256"
	"unicode/utf8"

	"batchreport/convert/internal/row"
	"batchreport/convert/plan"
	"batchreport/schema"
)

// counting says how the rows of reports are counted. With it they do not become record
// batches: each worker counts the rows of a block by itself, and what goes on is a handful
// of groups.
type counting struct {
	by   [][]Dimension
	rows int // how many of those that failed are kept
}

// columns are those that the counters of the rows look at.
func (c *counting) columns() []schema.Column {
	columns := []schema.Column{schema.Bucket, schema.Key, schema.VersionID, schema.RequestID, schema.LambdaRequestID}
	if c.rows > 0 {
		columns = append(append(columns, schema.ResultText, schema.OccurredAt), causeColumns[:]...)
	}
	for _, dimensions := range c.by {
		for _, d := range dimensions {
			columns = append(columns, d.Column)
		}
	}
	return columns
}

// rowCounter counts the rows of blocks, one block after the other. It belongs to a worker.
type rowCounter struct {
	row       *row.Row
	groupings []*rowGrouping
	shapes    *shapes // nil where they cannot be used
	file      uint64  // the hash of the file's name, for sample
	sample    sampler
	sampled   []*hashedRow // of the block
	first     *Sample      // the row being counted, once it is the first of a group
}

// rowGrouping counts the rows of a block by the values of some dimensions.
type rowGrouping struct {
	by     []dimensionValue
	all    bool // whether the rows that succeeded count too
	groups []*rowGroup
	known  map[string]*knownGroup // of this block and those before it
	last   *knownGroup            // that of the row counted last
	block  int                    // counts the blocks
	key    []byte                 // scratch: that of the row
}

// rowGroup is the rows of a group in a block.
type rowGroup struct {
	rows   int64
	value  *groupValue // without a sample
	sample *Sample     // without its file; its number is that in the block
}

// knownGroup is a group that a counter has seen.
type knownGroup struct {
	value *groupValue // without a sample
	block int         // the last one that has rows of it
	group *rowGroup   // there
}

// maxKnown is how many groups a counter knows from one block to the next. There are a
// dozen of them as a rule.
const maxKnown = 1000

// newRowCounter returns what counts the rows of a worker.
func newRowCounter(r *row.Row, c *counting) *rowCounter {
	counter := &rowCounter{row: r, shapes: newShapes(c), sample: sampler{most: c.rows}}
	for _, dimensions := range c.by {
		g := &rowGrouping{known: map[string]*knownGroup{}, all: anyOf([][]Dimension{dimensions}, schema.TaskStatus)}
		for _, d := range dimensions {
			g.by = append(g.by, valueOf(r, d))
		}
		counter.groupings = append(counter.groupings, g)
	}
	return counter
}

// begin begins a block of a file.
func (c *rowCounter) begin(file *plan.File) {
	if c.sample.most > 0 {
		c.file = hashOf(file.Key)
	}
}

// add counts the row, which was taken apart. It begins at offset of its file.
func (c *rowCounter) add(offset int64) {
	failed := string(c.row.Record.TaskStatus) == "failed"
	c.first = nil
	for _, g := range c.groupings {
		if failed || g.all {
			g.add(c)
		}
	}
	if failed {
		c.learn()
	}
	if !failed || c.sample.most == 0 {
		return
	}
	if hash := mixed(c.file + uint64(offset)); c.sample.has(hash) {
		r := newHashedRow(c.row)
		r.hash = hash
		c.sample.insert(r)
		c.sampled = append(c.sampled, r)
	}
}

// finish hands over what was counted of the block.
func (c *rowCounter) finish(b *rowBatch) {
	full := false
	for _, g := range c.groupings {
		b.groups = append(b.groups, g.groups)
		g.groups = nil
		g.block++
		full = full || len(g.known) > maxKnown
	}
	if full {
		for _, g := range c.groupings {
			clear(g.known)
		}
	}
	c.shapes.endBlock(full)
	b.sampled, c.sampled = c.sampled, nil
}

// add counts a row.
func (g *rowGrouping) add(c *rowCounter) {
	known := g.find()
	if known == nil {
		known = &knownGroup{value: g.value(), block: -1}
		g.known[string(g.key)] = known
	}
	if known.block != g.block {
		known.block = g.block
		if c.first == nil {
			c.first = sampleOf(c.row)
		}
		known.group = &rowGroup{value: known.value, sample: c.first}
		g.groups = append(g.groups, known.group)
	}
	known.group.rows++
	g.last = known
}

// find returns the group of the row; nil where it is not known.
func (g *rowGrouping) find() *knownGroup {
	g.key = g.key[:0]
	for _, value := range g.by {
		g.key = appendValue(g.key, value())
	}
	return g.known[string(g.key)]
}

// value returns what the group of the row is known by, without a sample.
func (g *rowGrouping) value() *groupValue {
	v := &groupValue{values: make([]*string, len(g.by))}
	for i, value := range g.by {
		text := value()
		_, more := cut(text)
		v.values[i], v.more = kept(text), append(v.more, more...)
	}
	return v
}

// kept returns a value as it is kept; nil for null.
func kept(text []byte) *string {
	if text == nil {
		return nil
	}
	text, _ = cut(text)
	s := string(text)
	return &s
}

// cut returns a value as it is kept and, where it had to be cut, what tells it from
// others that begin in the same way.
func cut(text []byte) (kept, more []byte) {
	if len(text) <= maxValue {
		return text, nil
	}
	sum := sha256.Sum256(text)
	end := maxValue
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return append(text[:end:end], "…"...), sum[:]
}

// sampleOf returns a row, without its file. Its number is that in the block.
func sampleOf(r *row.Row) *Sample {
	s := &Sample{
		Row: r.Number, Bucket: kept(*r.Text(schema.Bucket)), Key: kept(r.DecodedKey()),
		VersionID: kept(*r.Text(schema.VersionID)), RequestID: kept(*r.Text(schema.RequestID)),
	}
	if s.RequestID == nil {
		s.RequestID = kept(*r.Text(schema.LambdaRequestID))
	}
	return s
}
