package count

import (
	"slices"
	"strconv"

	"batchreport/convert/groups"
	"batchreport/convert/internal/tally"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// Counts are the rows of blocks by the values of some dimensions, in as many ways as is
// asked for, and a sample of those that failed.
type Counts struct {
	groupings []*grouping
	sample    sampler
}

// MaxGroups is how many groups a grouping has at most: others are counted together.
const MaxGroups = 10_000

// groupLimits bound what a grouping holds while it counts: a handful of groups of 200
// bytes as a rule, and in no case more than some 20 MiB. Up to three groupings of the
// same kind are held at once: that of a task, of its job, and of all jobs.
var groupLimits = tally.Limits{Entries: MaxGroups, Bytes: 8 << 20}

// MaxValue is the most bytes that are kept of a value: longer ones are cut. Values that
// are cut stay different groups.
const MaxValue = 1 << 10

// grouping counts rows by the values of its dimensions.
type grouping struct {
	by     []groups.Dimension
	counts *tally.Table[groupValue]
}

// groupValue is what a group is known by.
type groupValue struct {
	values []*string // by dimension; nil is null
	more   []byte    // what tells those that were cut from others
	sample groups.Sample
}

// New returns counts of nothing yet.
func New(c *Options) *Counts {
	g := &Counts{sample: sampler{most: c.Rows}}
	for _, dimensions := range c.By {
		g.groupings = append(g.groupings, &grouping{by: dimensions, counts: tally.New[groupValue](groupLimits)})
	}
	return g
}

// Add adds what was counted of a block of the file of that key, which has so many rows
// before the block.
func (g *Counts) Add(b *Block, file string, before int64) {
	for i, counted := range b.groups {
		g.groupings[i].add(counted, file, before)
	}
	for _, r := range b.sampled {
		if g.sample.has(r.hash) {
			r.row.File, r.row.Row = file, r.row.Row+before
			g.sample.insert(r)
		}
	}
}

// Merge adds what was counted after this, which is not to be used again.
func (g *Counts) Merge(o *Counts) {
	for i, grouping := range g.groupings {
		grouping.counts.Merge(o.groupings[i].counts)
	}
	g.sample.merge(&o.sample)
}

// FailedRows returns the sample, by the places of its rows in the reports.
func (g *Counts) FailedRows() []groups.FailedRow { return g.sample.finish() }

// Groupings returns what was counted, with the causes.
func (g *Counts) Groupings() (all []groups.Grouping) {
	for _, grouping := range g.groupings {
		all = append(all, grouping.finish())
	}
	return all
}

// add adds the groups of a block.
func (g *grouping) add(counted []*rowGroup, file string, before int64) {
	byRow := slices.Index(g.by, groups.Dimension{Column: schema.ReportRow})
	var key []byte
	for _, group := range counted {
		value := *group.value
		value.sample = *group.sample
		value.sample.File, value.sample.Row = file, value.sample.Row+before
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

// finish returns what was counted, with the causes.
func (g *grouping) finish() groups.Grouping {
	others := g.counts.Others()
	done := groups.Grouping{By: g.by, Groups: []groups.Group{}, Others: others.Groups, OtherRows: others.Rows}
	for _, e := range g.counts.Largest() {
		group := groups.Group{Values: e.Value.values, Rows: e.Rows, Missed: e.Missed, Sample: e.Value.sample}
		group.Cause = ruleOf(&done, &group)
		done.Groups = append(done.Groups, group)
	}
	return done
}

// ruleOf returns the rule that explains a group; nil where none does, or where it is not
// known what the rules go by.
func ruleOf(g *groups.Grouping, group *groups.Group) *cause.Rule {
	for _, d := range groups.ByCause() {
		if !slices.Contains(g.By, d) {
			return nil
		}
	}
	if status := g.Value(group, schema.TaskStatus); status != nil && *status != "failed" {
		return nil
	}
	return cause.Find(g.Failure(group))
}
