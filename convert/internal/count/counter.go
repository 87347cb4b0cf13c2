package count

import (
	"crypto/sha256"
	"slices"
	"unicode/utf8"

	"batchreport/convert/groups"
	"batchreport/convert/internal/explain"
	"batchreport/convert/internal/row"
	"batchreport/schema"
)

// Options say how the rows of reports are counted.
type Options struct {
	// By are the ways to group rows, each by some dimensions.
	By [][]groups.Dimension
	// Rows is how many of those that failed are kept, up to groups.MaxFailedRows.
	Rows int
}

// GroupsBy reports whether rows are grouped by a column, or a part of it.
func (c *Options) GroupsBy(column schema.Column) bool {
	return slices.ContainsFunc(c.By, func(by []groups.Dimension) bool { return has(by, column) })
}

// has reports whether a column, or a part of it, is among dimensions.
func has(by []groups.Dimension, column schema.Column) bool {
	return slices.ContainsFunc(by, func(d groups.Dimension) bool { return d.Column == column })
}

// Columns are those that the counters of the rows look at.
func (c *Options) Columns() []schema.Column {
	columns := []schema.Column{schema.Bucket, schema.Key, schema.VersionID, schema.RequestID, schema.LambdaRequestID}
	if c.Rows > 0 {
		columns = append(append(columns, schema.ResultText, schema.OccurredAt), explain.Columns()...)
	}
	for _, dimensions := range c.By {
		for _, d := range dimensions {
			columns = append(columns, d.Column)
		}
	}
	return columns
}

// Counter counts the rows of blocks, one block after the other. It belongs to a worker.
type Counter struct {
	row       *row.Row
	groupings []*rowGrouping
	shapes    *shapes // nil where they cannot be used
	file      uint64  // the hash of the file's name, for sample
	sample    sampler
	sampled   []*hashedRow   // of the block
	first     *groups.Sample // the row being counted, once it is the first of a group
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
	value  *groupValue    // without a sample
	sample *groups.Sample // without its file; its number is that in the block
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

// NewCounter returns what counts the rows that a worker has in row.
func NewCounter(r *row.Row, c *Options) *Counter {
	counter := &Counter{row: r, shapes: newShapes(c), sample: sampler{most: c.Rows}}
	for _, dimensions := range c.By {
		g := &rowGrouping{known: map[string]*knownGroup{}, all: has(dimensions, schema.TaskStatus)}
		for _, d := range dimensions {
			g.by = append(g.by, valueOf(r, d))
		}
		counter.groupings = append(counter.groupings, g)
	}
	return counter
}

// Begin begins a block of the file of that key.
func (c *Counter) Begin(file string) {
	if c.sample.most > 0 {
		c.file = hashOf(file)
	}
}

// Add counts the row, which was taken apart. offset is where it begins in its file, in bytes.
func (c *Counter) Add(offset int64) {
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

// Block is what was counted of a block.
type Block struct {
	groups  [][]*rowGroup // by Options.By
	sampled []*hashedRow
}

// Finish hands over what was counted of the block.
func (c *Counter) Finish() (b Block) {
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
	return b
}

// add counts a row.
func (g *rowGrouping) add(c *Counter) {
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
	if len(text) <= MaxValue {
		return text, nil
	}
	sum := sha256.Sum256(text)
	end := MaxValue
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return append(text[:end:end], "…"...), sum[:]
}

// sampleOf returns a row, without its file. Its number is that in the block.
func sampleOf(r *row.Row) *groups.Sample {
	s := &groups.Sample{
		Row: r.Number, Bucket: kept(*r.Text(schema.Bucket)), Key: kept(r.DecodedKey()),
		VersionID: kept(*r.Text(schema.VersionID)), RequestID: kept(*r.Text(schema.RequestID)),
	}
	if s.RequestID == nil {
		s.RequestID = kept(*r.Text(schema.LambdaRequestID))
	}
	return s
}
