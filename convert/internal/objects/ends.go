package objects

import (
	"bytes"
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/stage"
	"batchreport/schema"
)

// ownColumns are those that Ends goes by.
var ownColumns = []schema.Column{schema.ObjectID, schema.JobNumber, schema.TaskStatus}

// WithColumns returns columns with those that Ends needs.
func WithColumns(columns ...schema.Column) []schema.Column {
	all := append(slices.Clone(ownColumns), columns...)
	slices.Sort(all)
	return slices.Compact(all)
}

// End is what has become of an object.
type End struct {
	ID []byte // see schema.AppendObject
	// Rec and Row are the row that decides: of the last job that has the object the last
	// row that failed or, where none did, the last row.
	Rec arrow.Record
	Row int32

	// IsListed says that the object is in a list and in no report. Rec and Row are its row
	// of the list then, and what follows is of no meaning.
	IsListed      bool
	Failed        bool
	HasFailed     bool  // in this job or an earlier one
	Rows          int64 // over all jobs
	lastJob       int32
	succeededIn   int32 // the first job in which it did, and has not failed since; -1 if there is none
	firstFailedAt schema.Time
}

// Taker is what Ends hands objects to.
type Taker interface {
	// Take takes what became of the next object. It must not keep ID, and Rec only until
	// EndBatch.
	Take(*End) error
	// EndBatch says that the batches which Take has seen are to be released.
	EndBatch(ctx context.Context) error
}

// Ends is the stage that tells, of rows in the order of their objects, what became
// of each object.
type Ends struct {
	jobs  *Order
	taker Taker

	end   End
	begun bool
	held  arrow.Record // the batch of the row that decides, if it is not the one at hand
}

// NewEnds returns the stage, for rows of these jobs.
func NewEnds(jobs *Order, taker Taker) *Ends {
	return &Ends{jobs: jobs, taker: taker}
}

// Run takes rows until in is closed.
func (s *Ends) Run(ctx context.Context, in <-chan *batch.Rows) error {
	defer s.hold(nil)
	for {
		rows, ok, err := stage.Receive(ctx, in)
		if err != nil {
			return err
		}
		if !ok {
			return s.finish(ctx)
		}
		for _, rec := range rows.Batches {
			if err := s.add(ctx, rec); err != nil {
				rows.Release()
				return err
			}
		}
		rows.Release()
	}
}

// finish ends the last object.
func (s *Ends) finish(ctx context.Context) error {
	if err := s.close(); err != nil {
		return err
	}
	return s.taker.EndBatch(ctx)
}

// hold keeps a batch instead of the one that was kept.
func (s *Ends) hold(rec arrow.Record) {
	if rec == s.held {
		return
	}
	if rec != nil {
		rec.Retain()
	}
	if s.held != nil {
		s.held.Release()
	}
	s.held = rec
}

// close ends the object at hand.
func (s *Ends) close() error {
	if !s.begun {
		return nil
	}
	s.begun = false
	s.closeJob()
	return s.taker.Take(&s.end)
}

// closeJob ends the last job of the object at hand.
func (s *Ends) closeJob() {
	switch e := &s.end; {
	case e.Failed:
		e.succeededIn = -1
	case e.succeededIn < 0:
		e.succeededIn = e.lastJob
	}
}

// add takes the rows of a batch.
func (s *Ends) add(ctx context.Context, rec arrow.Record) error {
	rows := newObjectBatch(rec)
	for row := range int32(rec.NumRows()) {
		id := rows.id(row)
		if !s.begun || !bytes.Equal(id, s.end.ID) {
			if err := s.close(); err != nil {
				return err
			}
			s.begun = true
			s.end = End{ID: append(s.end.ID[:0], id...), Rec: rec, Row: row, IsListed: true, lastJob: -1, succeededIn: -1}
		}
		if err := s.addRow(rows, row); err != nil {
			return err
		}
	}
	if err := s.taker.EndBatch(ctx); err != nil {
		return err
	}
	s.hold(s.end.Rec)
	return nil
}

// addRow takes a row of the object at hand.
func (s *Ends) addRow(rows *objectBatch, row int32) error {
	e := &s.end
	if rows.isListed(row) {
		return nil // before those of reports
	}
	job, failed := rows.jobs[row], rows.hasFailed(row)
	e.Rows++
	if job != e.lastJob {
		if e.lastJob >= 0 && !s.jobs.isKnown(e.lastJob, job) {
			return s.jobs.err(e.lastJob, job, e.ID)
		}
		if !e.IsListed {
			s.closeJob()
		}
		e.IsListed, e.lastJob, e.Failed = false, job, false
		e.Rec, e.Row = rows.rec, row
	}
	if failed || !e.Failed {
		e.Rec, e.Row, e.Failed = rows.rec, row, failed
	}
	if failed && !e.HasFailed {
		e.HasFailed = true
		e.firstFailedAt = rows.time(row)
		if at := s.jobs.Jobs[job].Job.ReportCreatedAt; at != nil && !e.firstFailedAt.Valid {
			e.firstFailedAt = schema.Time{Millis: at.UnixMilli(), Valid: true}
		}
	}
	return nil
}

// objectBatch has the columns of a batch that Ends goes by.
type objectBatch struct {
	rec      arrow.Record
	offsets  []int32
	data     []byte
	jobs     []int32
	status   *array.Dictionary
	codes    []int32
	failed   int // the code of that TaskStatus; -1 where no row has it
	occurred *array.Timestamp
}

func newObjectBatch(rec arrow.Record) *objectBatch {
	b := &objectBatch{rec: rec, failed: -1}
	b.offsets, b.data = batch.Strings(batch.ColumnOf(rec, schema.ObjectID))
	b.jobs = batch.ColumnOf(rec, schema.JobNumber).(*array.Int32).Int32Values()
	b.status = batch.ColumnOf(rec, schema.TaskStatus).(*array.Dictionary)
	b.codes = b.status.Indices().(*array.Int32).Int32Values()
	words := b.status.Dictionary().(*array.String)
	for i := range words.Len() {
		if words.Value(i) == "failed" {
			b.failed = i
		}
	}
	b.occurred, _ = batch.ColumnOf(rec, schema.OccurredAt).(*array.Timestamp)
	return b
}

func (b *objectBatch) id(row int32) []byte { return b.data[b.offsets[row]:b.offsets[row+1]] }

func (b *objectBatch) isListed(row int32) bool { return b.status.IsNull(int(row)) }

func (b *objectBatch) hasFailed(row int32) bool { return int(b.codes[row]) == b.failed }

func (b *objectBatch) time(row int32) schema.Time {
	if b.occurred == nil || b.occurred.IsNull(int(row)) {
		return schema.Time{}
	}
	return schema.TimeOf(int64(b.occurred.Value(int(row))))
}
