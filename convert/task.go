package convert

import (
	"batchreport/convert/storage"
	"context"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"
)

// runTask runs the three stages over the files of a task. After an error nothing
// of it is left.
func runTask(ctx context.Context, mem memory.Allocator, dest *destination, plan *JobPlan, task Task, o *Options) (_ *TaskResult, err error) {
	format, err := newFormat(plan, o)
	if err != nil {
		return nil, err
	}
	name, files := dest.partName(task.Index), plan.files(task)
	reader := &reader{
		store:     dest.Store,
		files:     files,
		verify:    o.VerifyInput,
		maxRecord: o.MaxRecordBytes,
		inOrder:   dest.folder == storage.Stdio,
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
	parts := newParts(dest, format, name, &o.Spec)
	result := &TaskResult{Version: taskVersion, Index: task.Index}
	rejects := &rejectsFile{dest: dest, name: dest.rejects(name)}
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
			dest.discard(ctx, result.pendings())
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
	return result, result.check()
}

// newFormat returns the format of a plan's parts.
func newFormat(plan *JobPlan, o *Options) (format, error) {
	columns := o.FileSchema()
	if o.Format == NDJSON {
		return newNDJSON(columns, ndjsonOptions{compression: o.Compression, level: o.Level})
	}
	return newParquet(columns, parquetOptions{compression: o.Compression, level: o.Level, keyValue: plan.metadata(), createdBy: createdBy + o.Version, bloom: o.Bloom, sortBy: o.SortBy})
}
