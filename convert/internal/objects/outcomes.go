package objects

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/explain"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Outcomes makes a row of each object: it is what Ends hands objects to. The
// columns of the row that decides are copied, the others are built.
type Outcomes struct {
	// Columns are those that the rows of reports need.
	Columns []schema.Column
	// Failed and Succeeded count the objects by what they have come to.
	Failed, Succeeded int64

	jobs   *Order
	schema *arrow.Schema // of the batches that go out
	copied *arrow.Schema // the columns that are copied
	gather *batch.Gatherer
	build  *batch.Builder
	send   func(ctx context.Context, rec arrow.Record) error // owns rec from then on
	// explains says that the rows have the cause.
	explains bool

	views map[arrow.Record]*outcomeView // of the batches at hand
	last  arrow.Record                  // the batch of picks; nil if there are none
	picks []int32                       // rows of it that are not copied yet
}

// outcomeView is a batch as Outcomes looks at it.
type outcomeView struct {
	copied  arrow.Record
	explain *explain.Explainer // nil where no cause is wanted
}

// outcomeBatch is about how many bytes go on together.
const outcomeBatch = 2 << 20

// NewOutcomes returns what makes the rows of a table, and hands them to send in batches.
func NewOutcomes(mem memory.Allocator, spec *table.Spec, jobs *Order, send func(ctx context.Context, rec arrow.Record) error) (*Outcomes, error) {
	r := &Outcomes{jobs: jobs, schema: schema.Arrow(spec.BatchColumns(), spec.Extract...), send: send, views: map[arrow.Record]*outcomeView{}}
	var copied, built []schema.Column
	for _, c := range spec.BatchColumns() {
		if schema.FinalStatus <= c && c <= schema.Retryable {
			built = append(built, c)
		} else {
			copied = append(copied, c)
		}
	}
	read := append(slices.Clone(copied), schema.OccurredAt)
	if r.explains = slices.Contains(built, schema.Cause) || slices.Contains(built, schema.Retryable); r.explains {
		read = append(read, explain.Columns()...)
	}
	r.Columns = WithColumns(read...)
	r.copied = schema.Arrow(copied, spec.Extract...)
	r.build = batch.NewBuilder(mem, built)
	var err error
	r.gather, err = batch.NewGatherer(mem, r.copied)
	return r, err
}

// Take implements Taker.
func (r *Outcomes) Take(e *End) error {
	if e.Rec != r.last {
		r.copyPicks()
		r.last = e.Rec
	}
	r.picks = append(r.picks, e.Row)
	b, final := r.build, "succeeded"
	if e.Failed {
		final = "failed"
		r.Failed++
		if r.explains {
			r.explain(e)
		}
	} else {
		r.Succeeded++
	}
	b.Text(schema.FinalStatus, []byte(final))
	b.Int64(schema.AttemptsTotal, e.Rows)
	b.Time(schema.FirstFailedAt, e.firstFailedAt)
	b.Text(schema.LastJobID, []byte(Label(&r.jobs.Jobs[e.lastJob].Job)))
	if e.succeededIn >= 0 {
		b.Text(schema.SucceededInJob, []byte(Label(&r.jobs.Jobs[e.succeededIn].Job)))
	}
	b.Next()
	return nil
}

// explain fills the columns of the cause.
func (r *Outcomes) explain(e *End) {
	if rule := r.view(e.Rec).explain.Rule(e.Row); rule != nil {
		r.build.Text(schema.Cause, []byte(rule.Name))
		r.build.Text(schema.Retryable, retryable[rule.Retryable])
	}
}

// retryable are the words of that column.
var retryable = map[bool][]byte{true: []byte("true"), false: []byte("false")}

// view returns the batch as it is looked at.
func (r *Outcomes) view(rec arrow.Record) *outcomeView {
	v := r.views[rec]
	if v == nil {
		v = &outcomeView{copied: batch.Project(rec, r.copied)}
		if r.explains {
			v.explain = explain.New(rec)
		}
		r.views[rec] = v
	}
	return v
}

// copyPicks copies the rows that were picked.
func (r *Outcomes) copyPicks() {
	if r.last != nil {
		r.gather.Append(r.view(r.last).copied, r.picks)
	}
	r.last, r.picks = nil, r.picks[:0]
}

// EndBatch implements Taker.
func (r *Outcomes) EndBatch(ctx context.Context) error {
	r.copyPicks()
	r.forget()
	if r.gather.Size() < outcomeBatch && r.build.Rows < outcomeBatch/64 {
		return nil
	}
	return r.Flush(ctx)
}

// Flush sends the rows so far.
func (r *Outcomes) Flush(ctx context.Context) error {
	if r.build.Rows == 0 {
		return nil
	}
	built, copied := r.build.Finish(), r.gather.Finish()
	defer built.Release()
	defer copied.Release()
	columns := make([]arrow.Array, 0, r.schema.NumFields())
	for _, f := range r.schema.Fields() {
		from := copied
		if !copied.Schema().HasField(f.Name) {
			from = built
		}
		columns = append(columns, from.Column(from.Schema().FieldIndices(f.Name)[0]))
	}
	return r.send(ctx, array.NewRecord(r.schema, columns, built.NumRows()))
}

// forget releases the views of batches that go.
func (r *Outcomes) forget() {
	for _, v := range r.views {
		v.copied.Release()
	}
	clear(r.views)
}

// Release releases what was not sent, after an error.
func (r *Outcomes) Release() {
	r.last, r.picks = nil, nil
	r.forget()
	r.build.Finish().Release()
	r.gather.Finish().Release()
}
