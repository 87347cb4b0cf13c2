package convert

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/extsort"
	"batchreport/convert/internal/partition"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
)

// writer routes the rows of batches to partitions, sorts them if they are to be,
// encodes row groups on several workers, and appends them to the parts of their
// partitions in order. Where row groups and parts end depends on the rows and their
// blocks only: see partition.Pending and parts.append.
type writer struct {
	mem     memory.Allocator
	format  encode.Format
	columns *arrow.Schema // in the files; the batches may have more
	router  *partition.Router
	sorter  *extsort.Sorter // nil where rows stay as they were read
	workers int
	parts   *parts
	rejects *rejectsFile
}

// Run writes what comes in and leaves the parts ready to be committed.
func (w *writer) Run(ctx context.Context, in <-chan *rowBatch) error {
	groups := make(chan *batch.Rows)
	routed := groups
	free := make(encode.Buffers, 2*w.workers) // as many as wait or are worked on
	newWorker := func() func(*batch.Rows) (*encodedRows, error) { return w.newWorker(free) }
	g, gctx := errgroup.WithContext(ctx)
	// What is created lives longer than the group, so it gets the outer context.
	reject := func(b *rowBatch) error { return w.rejects.write(ctx, b.file, b.rejects) }
	appendRows := func(_ context.Context, rows *encodedRows) error {
		defer rows.Release()
		return w.parts.append(ctx, rows)
	}
	if w.sorter != nil {
		routed = make(chan *batch.Rows)
		g.Go(stage.Guard(func() error { return w.sorter.Run(gctx, routed, groups) }))
	}
	g.Go(stage.Guard(func() error { return w.route(gctx, in, routed, reject) }))
	// With twice as many waiting, NDJSON takes 20 % more CPU.
	g.Go(stage.Guard(func() error { return stage.InOrder(gctx, w.workers, w.workers-1, groups, newWorker, appendRows) }))
	err := g.Wait()
	stage.Drain(routed)
	stage.Drain(groups)
	if err != nil {
		return err
	}
	if err := w.rejects.close(); err != nil {
		return err
	}
	return w.parts.close()
}

// abort drops what is being written.
func (w *writer) abort() {
	w.parts.abort()
	w.rejects.abort()
}

// route hands rejected rows to reject, collects the others by partition, and
// sends those on that make a row group.
func (w *writer) route(ctx context.Context, in <-chan *rowBatch, out chan<- *batch.Rows, reject func(*rowBatch) error) error {
	defer close(out)
	p := partition.NewPending(w.pendingSize())
	defer p.Release()
	for {
		b, ok, err := stage.Receive(ctx, in)
		if err != nil {
			return err
		}
		if !ok {
			return p.SendAll(ctx, out)
		}
		err = reject(b)
		if err == nil {
			err = w.routeBatch(ctx, b, p, out)
		}
		b.Release()
		if err != nil {
			return err
		}
	}
}

// pendingSize returns the rows, or bytes, of a partition that go on together.
func (w *writer) pendingSize() (rows, bytes int64) {
	if w.sorter != nil {
		return w.sorter.RunSize()
	}
	return w.format.RowGroupSize()
}

// routeBatch adds the rows of a batch to those of their partitions.
func (w *writer) routeBatch(ctx context.Context, b *rowBatch, p *partition.Pending, out chan<- *batch.Rows) error {
	groups, err := w.router.Route(b.rec)
	if err != nil {
		return err
	}
	rec := batch.Project(b.rec, w.columns)
	defer rec.Release()
	for _, g := range groups {
		if err := p.Add(ctx, w.mem, g.Partition, rec, g.Rows, out); err != nil {
			return err
		}
	}
	return nil
}

// encodedRows is a row group on its way to its partition's part. Whoever holds
// it owns its bytes, and gives them back with Release.
type encodedRows struct {
	partition *table.Partition
	encode.RowGroup
	free encode.Buffers
}

// Release gives the bytes back for another row group.
func (r *encodedRows) Release() { r.free.Put(r.Data) }

// newWorker returns a function that encodes row groups, for one goroutine.
func (w *writer) newWorker(free encode.Buffers) func(*batch.Rows) (*encodedRows, error) {
	encoder := w.format.NewEncoder()
	return func(rows *batch.Rows) (*encodedRows, error) {
		defer rows.Release()
		encoded, err := encoder.Encode(free.Get(), rows.Batches)
		return &encodedRows{rows.Partition, encoded, free}, err
	}
}
