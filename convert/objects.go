package convert

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/extsort"
	"batchreport/convert/internal/objects"
	"batchreport/convert/internal/partition"
	"batchreport/convert/internal/stage"
	"batchreport/convert/plan"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Order says which of two jobs is the later one: what an object has come to is what the
// last job says that has it.
type Order string

// The orders of jobs.
const (
	// OrderDate goes by ReportCreationDate.
	OrderDate Order = "date"
	// OrderSources goes by the sources as they are named, and by ReportCreationDate
	// within one source.
	OrderSources Order = "sources"
)

// objectSort reads the rows of several jobs, in the order of the jobs, sorts them by
// object out of memory, and tells what each object has come to:
//
//	reader ─▶ normalizer ─▶ collector ─▶ extsort.Sorter ─▶ objects.Ends
//
// The jobs are read one after the other, and the sorter keeps the order of equal rows. So
// the rows of an object are in the order of time.
type objectSort struct {
	pipeline
	jobs    *objects.Order
	format  encode.Format // whose row groups the sorted rows come in
	workers int
	tempDir string
	// reject takes rows that could not be read.
	reject func(ctx context.Context, file *plan.File, rows []rejectedRow) error
	// listed, if set, adds rows of objects that are listed somewhere else than in a
	// report. They have no TaskStatus and no job.
	listed func(ctx context.Context, add func(arrow.Record) error) error

	reads []*taskRead // by job, once all is done
}

// run hands what became of each object to take.
func (s *objectSort) run(ctx context.Context, take objects.Taker) error {
	columns := schema.Arrow(s.columns, s.options.Extract...)
	sorter := extsort.New(s.mem, extsort.Config{
		Columns: columns, By: []string{schema.ObjectID.String()}, Format: s.format, Workers: s.workers, TempDir: s.tempDir,
	})
	runs, sorted := make(chan *batch.Rows), make(chan *batch.Rows)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(stage.Guard(func() error { return s.read(gctx, runs, sorter.RunSize) }))
	g.Go(stage.Guard(func() error { return sorter.Run(gctx, runs, sorted) }))
	g.Go(stage.Guard(func() error { return objects.NewEnds(s.jobs, take).Run(gctx, sorted) }))
	err := g.Wait()
	stage.Drain(runs)
	stage.Drain(sorted)
	return err
}

// read reads all jobs, and sends on what makes a run.
func (s *objectSort) read(ctx context.Context, out chan<- *batch.Rows, size func() (rows, bytes int64)) error {
	defer close(out)
	p := partition.NewPending(size())
	defer p.Release()
	all := &table.Partition{}
	add := func(ctx context.Context, rec arrow.Record) error { return p.Add(ctx, s.mem, all, rec, nil, out) }
	if s.listed != nil {
		if err := s.listed(ctx, func(rec arrow.Record) error { return add(ctx, rec) }); err != nil {
			return err
		}
	}
	failedOnly := s.failedOnly
	for i := range s.jobs.Jobs {
		job := &s.jobs.Jobs[i].Job
		pipeline := s.pipeline
		pipeline.number = int32(i)
		pipeline.failedOnly = failedOnly && i == 0
		read, err := pipeline.run(ctx, job, job.Files, s.workers, &collector{add: add, reject: s.reject})
		if err != nil {
			return err
		}
		s.reads = append(s.reads, read)
	}
	return p.SendAll(ctx, out)
}

// collector is the last stage that hands rows to a sorter.
type collector struct {
	add    func(ctx context.Context, rec arrow.Record) error
	reject func(ctx context.Context, file *plan.File, rows []rejectedRow) error
}

// Run implements lastStage.
func (c *collector) Run(ctx context.Context, in <-chan *rowBatch) error {
	for {
		b, ok, err := stage.Receive(ctx, in)
		if !ok {
			return err
		}
		if len(b.rejects) > 0 {
			err = c.reject(ctx, b.file, b.rejects)
		}
		if err == nil && b.rec.NumRows() > 0 {
			err = c.add(ctx, b.rec)
		}
		b.Release()
		if err != nil {
			return err
		}
	}
}
