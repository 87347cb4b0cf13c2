package convert

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/explain"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// outcomeRows makes a row of each object: it is what objectEnds hands objects to. The
// columns of the row that decides are copied, the others are built.
type outcomeRows struct {
	jobs   *orderedJobs
	read   []schema.Column // that the rows of reports need
	schema *arrow.Schema   // of the batches that go out
	copied *arrow.Schema   // the columns that are copied
	gather *batch.Gatherer
	build  *batch.Builder
	out    chan<- *rowBatch
	// explains says that the rows have the cause.
	explains bool

	views map[arrow.Record]*outcomeView // of the batches at hand
	last  arrow.Record                  // the batch of picks; nil if there are none
	picks []int32                       // rows of it that are not copied yet

	failed, succeeded int64
}

// outcomeView is a batch as outcomeRows looks at it.
type outcomeView struct {
	copied  arrow.Record
	explain *explain.Explainer // nil where no cause is wanted
}

// outcomeBatch is about how many bytes go on together.
const outcomeBatch = 2 << 20

func newOutcomeRows(mem memory.Allocator, spec *table.Spec, jobs *orderedJobs, out chan<- *rowBatch) (*outcomeRows, error) {
	r := &outcomeRows{jobs: jobs, schema: schema.Arrow(spec.BatchColumns(), spec.Extract...), out: out, views: map[arrow.Record]*outcomeView{}}
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
		read = append(read, explain.Columns[:]...)
	}
	r.read = withObjects(read...)
	r.copied = schema.Arrow(copied, spec.Extract...)
	r.build = batch.NewBuilder(mem, built)
	var err error
	r.gather, err = batch.NewGatherer(mem, r.copied)
	return r, err
}

// take implements objectTaker.
func (r *outcomeRows) take(e *objectEnd) error {
	if e.rec != r.last {
		r.copyPicks()
		r.last = e.rec
	}
	r.picks = append(r.picks, e.row)
	b, final := r.build, "succeeded"
	if e.failed {
		final = "failed"
		r.failed++
		if r.explains {
			r.explain(e)
		}
	} else {
		r.succeeded++
	}
	b.Text(schema.FinalStatus, []byte(final))
	b.Int64(schema.AttemptsTotal, e.rows)
	b.Time(schema.FirstFailedAt, e.firstFailedAt)
	b.Text(schema.LastJobID, []byte(label(&r.jobs.jobs[e.lastJob].Job)))
	if e.succeededIn >= 0 {
		b.Text(schema.SucceededInJob, []byte(label(&r.jobs.jobs[e.succeededIn].Job)))
	}
	b.Next()
	return nil
}

// explain fills the columns of the cause.
func (r *outcomeRows) explain(e *objectEnd) {
	if rule := r.view(e.rec).explain.Rule(e.row); rule != nil {
		r.build.Text(schema.Cause, []byte(rule.Name))
		r.build.Text(schema.Retryable, retryable[rule.Retryable])
	}
}

// retryable are the words of that column.
var retryable = map[bool][]byte{true: []byte("true"), false: []byte("false")}

// view returns the batch as it is looked at.
func (r *outcomeRows) view(rec arrow.Record) *outcomeView {
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
func (r *outcomeRows) copyPicks() {
	if r.last != nil {
		r.gather.Append(r.view(r.last).copied, r.picks)
	}
	r.last, r.picks = nil, r.picks[:0]
}

// endBatch implements objectTaker.
func (r *outcomeRows) endBatch(ctx context.Context) error {
	r.copyPicks()
	r.forget()
	if r.gather.Size() < outcomeBatch && r.build.Rows < outcomeBatch/64 {
		return nil
	}
	return r.flush(ctx)
}

// flush sends the rows so far.
func (r *outcomeRows) flush(ctx context.Context) error {
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
	b := &rowBatch{rec: array.NewRecord(r.schema, columns, built.NumRows())}
	if err := stage.Send(ctx, r.out, b); err != nil {
		b.Release()
		return err
	}
	return nil
}

// forget releases the views of batches that go.
func (r *outcomeRows) forget() {
	for _, v := range r.views {
		v.copied.Release()
	}
	clear(r.views)
}

// release releases what was not sent, after an error.
func (r *outcomeRows) release() {
	r.last, r.picks = nil, nil
	r.forget()
	r.build.Finish().Release()
	r.gather.Finish().Release()
}
