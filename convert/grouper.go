package convert

import (
	"context"
	"slices"
	"strconv"

	"batchreport/convert/internal/stage"
	"batchreport/convert/internal/tally"
	"batchreport/convert/ledger"
	"batchreport/schema"
)

// grouper is the last stage of a summary: it counts the rows of a task by the values of
// some dimensions, in as many ways as it is asked to, and keeps a sample of those that
// failed.
type grouper struct {
	groupings []*grouping
	sample    sampler
	rejects   []ledger.RowError // the first of them
}

// maxDimensions is how many dimensions a grouping can have.
const maxDimensions = 16

// groupLimits bound what a grouping holds while it counts: a handful of groups of 200
// bytes as a rule, and in no case more than some 20 MiB. Up to three groupings of the
// same kind are held at once: that of a task, of its job, and of all jobs.
var groupLimits = tally.Limits{Entries: 10_000, Bytes: 8 << 20}

// The longest that a value and a sample are kept: longer ones are cut. Values that
// are cut stay different groups.
const (
	maxValue   = 1 << 10
	maxSamples = 5 // of rows that cannot be read
)

// grouping counts rows by the values of its dimensions.
type grouping struct {
	by     []Dimension
	counts *tally.Table[groupValue]
}

// groupValue is what a group is known by.
type groupValue struct {
	values []*string // by dimension; nil is null
	more   []byte    // what tells those that were cut from others
	sample Sample
}

// Sample is a row: the first of its group.
type Sample struct {
	File      string  // the result file's key, as in the manifest
	Row       int64   // its number there, from 1
	Bucket    *string // nil is null
	Key       *string
	VersionID *string
	RequestID *string // of the service or, without one, of the Lambda function
}

// newGrouper returns a grouper of what is counted so.
func newGrouper(c *counting) *grouper {
	g := &grouper{sample: sampler{most: c.rows}}
	for _, dimensions := range c.by {
		g.groupings = append(g.groupings, &grouping{by: dimensions, counts: tally.New[groupValue](groupLimits)})
	}
	return g
}

// Run implements lastStage.
func (g *grouper) Run(ctx context.Context, in <-chan *rowBatch) error {
	for {
		b, ok, err := stage.Receive(ctx, in)
		if !ok {
			return err
		}
		for _, r := range b.rejects[:min(len(b.rejects), maxSamples-len(g.rejects))] {
			g.rejects = append(g.rejects, *r.err(b.file))
		}
		for i, groups := range b.groups {
			g.groupings[i].add(groups, b)
		}
		for _, r := range b.sampled {
			if g.sample.has(r.hash) {
				r.row.File, r.row.Row = b.file.Key, r.row.Row+b.before
				g.sample.insert(r)
			}
		}
		b.Release()
	}
}

// merge adds what another grouper has counted after this one, which is not to be used
// again.
func (g *grouper) merge(o *grouper) {
	for i, grouping := range g.groupings {
		grouping.counts.Merge(o.groupings[i].counts)
	}
	g.sample.merge(&o.sample)
	g.rejects = append(g.rejects, o.rejects[:min(len(o.rejects), maxSamples-len(g.rejects))]...)
}

// add adds the groups of a block.
func (g *grouping) add(groups []*rowGroup, b *rowBatch) {
	byRow := slices.Index(g.by, Dimension{Column: schema.ReportRow})
	var key []byte
	for _, group := range groups {
		value := *group.value
		value.sample = *group.sample
		value.sample.File, value.sample.Row = b.file.Key, value.sample.Row+b.before
		if byRow >= 0 {
			row := strconv.FormatInt(value.sample.Row, 10)
			value.values = slices.Clone(value.values) // which the worker has still
			value.values[byRow] = &row                // each row is a group of its own
		}
		key = key[:0]
		for _, v := range value.values {
			if v == nil {
				key = appendValue(key, nil)
			} else {
				key = appendValue(key, []byte(*v))
			}
		}
		g.counts.Add(append(key, value.more...), group.rows, func() (groupValue, int) { return value, value.size() })
	}
}

// size returns about how many bytes a group holds beside its key.
func (v *groupValue) size() int {
	const fixed = 300 // headers of strings and slices, and its place in a map
	n := fixed
	for _, s := range append([]*string{v.sample.Bucket, v.sample.Key, v.sample.VersionID, v.sample.RequestID}, v.values...) {
		if s != nil {
			n += len(*s)
		}
	}
	return n
}
