package convert

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

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
	keys      schema.KeyEncoding // of the batches' keys; NoEncoding where they are decoded
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

// sampleColumns are those that a sample is made of, beside the name of its file.
var sampleColumns = []schema.Column{schema.ReportRow, schema.Bucket, schema.Key, schema.VersionID, schema.RequestID, schema.LambdaRequestID}

// newGrouper returns a grouper that counts in all those ways, and keeps so many of the
// rows that failed, of batches whose keys are encoded so.
func newGrouper(by [][]Dimension, rows int, keys schema.KeyEncoding) *grouper {
	g := &grouper{keys: keys, sample: sampler{most: rows}}
	for _, dimensions := range by {
		g.groupings = append(g.groupings, &grouping{by: dimensions, counts: tally.New[groupValue](groupLimits)})
	}
	return g
}

// groupColumns are those that the batches need, also for a sample of so many rows.
func groupColumns(by [][]Dimension, rows int) []schema.Column {
	columns := slices.Clone(sampleColumns)
	if rows > 0 {
		columns = append(append(columns, rowColumns...), causeColumns...)
	}
	for _, dimensions := range by {
		for _, d := range dimensions {
			columns = append(columns, d.Column)
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
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
		failed := failedIn(b.rec)
		for _, grouping := range g.groupings {
			grouping.add(b, failed, g.keys)
		}
		g.sample.add(b, failed, g.keys)
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

// batchGroup is the rows of a group in one batch.
type batchGroup struct {
	first int // row
	rows  int64
}

// add counts the rows of a batch, whose keys are encoded so: those that failed, or all
// where they are grouped by whether they did.
func (g *grouping) add(b *rowBatch, failed []bool, keys schema.KeyEncoding) {
	rec := b.rec
	if anyOf([][]Dimension{g.by}, schema.TaskStatus) {
		failed = nil
	}
	if rec.NumRows() == 0 {
		return
	}
	var values [maxDimensions]dimensionValues
	for i, d := range g.by {
		values[i] = d.valuesIn(rec)
	}
	var groups []batchGroup
	known := map[[maxDimensions]int32]int{}
	var last [maxDimensions]int32
	at := -1
	for row := range int(rec.NumRows()) {
		if failed != nil && !failed[row] {
			continue
		}
		var codes [maxDimensions]int32
		for i := range g.by {
			codes[i] = values[i].codes[row]
		}
		if at < 0 || codes != last {
			var ok bool
			if at, ok = known[codes]; !ok {
				at = len(groups)
				known[codes] = at
				groups = append(groups, batchGroup{first: row})
			}
			last = codes
		}
		groups[at].rows++
	}
	var key []byte
	for _, group := range groups {
		key = key[:0]
		value := groupValue{values: make([]*string, len(g.by))}
		for i := range g.by {
			if code := values[i].codes[group.first]; code != noCode {
				text, more := cut(values[i].text(code))
				value.values[i] = &text
				key = append(key, more...)
			}
			key = appendValue(key, value.values[i])
		}
		g.counts.Add(key, group.rows, func() (groupValue, int) {
			for _, v := range value.values {
				if v != nil {
					*v = strings.Clone(*v) // it is a view of the batch
				}
			}
			value.sample = sampleOf(rec, group.first, keys)
			value.sample.File = b.file.Key
			return value, value.size()
		})
	}
}

// cut returns a value as it is kept and, where it had to be cut, what tells it from
// others that begin in the same way.
func cut(text string) (kept string, more []byte) {
	if len(text) <= maxValue {
		return text, nil
	}
	sum := sha256.Sum256([]byte(text))
	end := maxValue
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…", sum[:]
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

// sampleOf returns a row of a batch, without its file.
func sampleOf(rec arrow.Record, row int, keys schema.KeyEncoding) Sample {
	text := func(c schema.Column) *string { return textOf(rec, row, c, keys) }
	s := Sample{Row: reportRows(rec)[row], Bucket: text(schema.Bucket), Key: text(schema.Key), VersionID: text(schema.VersionID), RequestID: text(schema.RequestID)}
	if s.RequestID == nil {
		s.RequestID = text(schema.LambdaRequestID)
	}
	return s
}

// textOf returns a value of a batch as it is kept; nil for null.
func textOf(rec arrow.Record, row int, c schema.Column, keys schema.KeyEncoding) *string {
	col := columnOf(rec, c)
	if col.IsNull(row) {
		return nil
	}
	one := array.NewSlice(col, int64(row), int64(row)+1)
	defer one.Release()
	v := Dimension{Column: c}.valuesOf(one)
	whole := v.text(v.codes[0])
	if c == schema.Key {
		if decoded, _, ok := keys.Decode(nil, []byte(whole)); ok {
			whole = string(decoded)
		}
	}
	kept, _ := cut(whole)
	kept = strings.Clone(kept)
	return &kept
}

// reportRows returns the numbers of the rows of a batch in their file.
func reportRows(rec arrow.Record) []int64 {
	return columnOf(rec, schema.ReportRow).(*array.Int64).Int64Values()
}
