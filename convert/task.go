package convert

import (
	"batchreport/convert/storage"
	"context"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"
)

// outputs is where a task writes: a ledger's task, or standard output. Names are
// below DEST.
type outputs interface {
	PartName() string    // how the names of the task's parts begin
	RejectsName() string // of the file of its rejects
	Create(ctx context.Context, name string) (storage.Output, error)
	Discard(ctx context.Context, written []storage.Pending)
}

// runTask runs the three stages over the files of a task. After an error nothing
// of it is left.
func runTask(ctx context.Context, mem memory.Allocator, from storage.Store, to outputs, plan *JobPlan, task Task, o *Options) (_ *TaskResult, err error) {
	format, err := newFormat(plan, o)
	if err != nil {
		return nil, err
	}
	files := plan.files(task)
	reader := &reader{
		store:     from,
		files:     files,
		verify:    o.VerifyInput,
		maxRecord: o.MaxRecordBytes,
		inOrder:   to.PartName() == storage.Stdio,
		onRead:    o.OnRead,
	}
	normalizer := &normalizer{
		mem:        mem,
		job:        &plan.Job,
		files:      files,
		columns:    o.BatchColumns(),
		extract:    o.Extract,
		keys:       o.KeyEncoding,
		rawMessage: o.RawMessage,
		workers:    o.Workers,
		maxRejects: o.MaxRejects,
	}
	parts := newParts(to, format, &o.Spec)
	result := &TaskResult{Version: TaskVersion, Index: task.Index}
	rejects := &rejectsFile{to: to}
	writer := &writer{
		mem:     mem,
		format:  format,
		columns: o.FileSchema(),
		router:  newRouter(&o.Spec),
		sorter:  newSorter(mem, o.FileSchema(), o.SortBy, format, o.Workers, o.TempDir),
		apart:   o.keepsApart(),
		workers: o.Workers,
		parts:   parts,
		rejects: rejects,
	}
	defer func() {
		if err != nil {
			writer.abort()
			to.Discard(ctx, result.Pendings())
		}
	}()

	blocks := make(chan *rows, o.Workers)
	batches := make(chan *batch, o.Workers)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(guard(func() error { return reader.Run(gctx, blocks) }))
	g.Go(guard(func() error { return normalizer.Run(gctx, blocks, batches) }))
	g.Go(guard(func() error { return writer.Run(gctx, batches) }))
	err = g.Wait()
	drain(blocks)
	drain(batches)
	result.Parts, result.Rejects = parts.done, rejects.done
	if err != nil {
		return nil, err
	}
	result.Inputs, result.Totals, result.LastReject = normalizer.inputs, normalizer.totals, normalizer.lastReject
	result.Totals.Files = int64(len(files))
	result.Totals.BytesIn = reader.bytes
	for i, how := range reader.verified {
		result.Inputs[i].Verified = how
		if how == VerifiedNone {
			result.Totals.Unverified++
		}
	}
	return result, result.Check()
}

// newFormat returns the format of a plan's parts.
func newFormat(plan *JobPlan, o *Options) (format, error) {
	columns := o.FileSchema()
	if o.Format == NDJSON {
		return newNDJSON(columns, ndjsonOptions{compression: o.Compression, level: o.Level})
	}
	return newParquet(columns, parquetOptions{compression: o.Compression, level: o.Level, keyValue: plan.metadata(), createdBy: createdBy + o.Version, bloom: o.Bloom, sortBy: o.SortBy})
}
