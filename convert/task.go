package convert

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/extsort"
	"batchreport/convert/internal/ndjson"
	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
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
func runTask(ctx context.Context, mem memory.Allocator, from storage.Store, to outputs, plan *JobPlan, task Task, o *Options) (_ *ledger.TaskResult, err error) {
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
	result := &ledger.TaskResult{Version: ledger.TaskVersion, Index: task.Index}
	rejects := &rejectsFile{to: to}
	writer := &writer{
		mem:     mem,
		format:  format,
		columns: o.FileSchema(),
		router:  newRouter(&o.Spec),
		sorter:  extsort.New(mem, extsort.Config{Columns: o.FileSchema(), By: o.SortBy, Format: format, Workers: o.Workers, TempDir: o.TempDir}),
		apart:   keepsApart(&o.Spec),
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

	blocks := make(chan *block, o.Workers)
	batches := make(chan *rowBatch, o.Workers)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(stage.Guard(func() error { return reader.Run(gctx, blocks) }))
	g.Go(stage.Guard(func() error { return normalizer.Run(gctx, blocks, batches) }))
	g.Go(stage.Guard(func() error { return writer.Run(gctx, batches) }))
	err = g.Wait()
	stage.Drain(blocks)
	stage.Drain(batches)
	result.Parts, result.Rejects = parts.done, rejects.done
	if err != nil {
		return nil, err
	}
	result.Inputs, result.Totals, result.LastReject = normalizer.inputs, normalizer.totals, normalizer.lastReject
	result.Totals.Files = int64(len(files))
	result.Totals.BytesIn = reader.bytes
	for i, how := range reader.verified {
		result.Inputs[i].Verified = how
		if how == ledger.VerifiedNone {
			result.Totals.Unverified++
		}
	}
	return result, result.Check()
}

// newFormat returns the format of a plan's parts.
func newFormat(plan *JobPlan, o *Options) (encode.Format, error) {
	columns := o.FileSchema()
	if o.Format == table.NDJSON {
		return ndjson.New(columns, ndjson.Options{Compression: o.Compression, Level: o.Level})
	}
	return parquetfile.New(columns, parquetfile.Options{Compression: o.Compression, Level: o.Level, KeyValue: plan.metadata(), CreatedBy: createdBy + o.Version, Bloom: o.Bloom, SortBy: o.SortBy})
}
