package convert

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// TaskResult says what a task wrote. It is plain JSON, so that a commit
// elsewhere can publish it.
type TaskResult struct {
	Index   int             `json:"index"`
	Inputs  []Input         `json:"inputs"`
	Parts   []WrittenPart   `json:"parts"`
	Rejects *WrittenRejects `json:"rejects"`
	Totals  Totals          `json:"totals"`
	// LastReject is the last row that could not be read; nil if there was none.
	LastReject *RowError `json:"last_reject,omitempty"`
}

// pendings are all files of the result.
func (r *TaskResult) pendings() []storage.Pending {
	var all []storage.Pending
	if r.Rejects != nil {
		all = append(all, r.Rejects.Pending)
	}
	for _, p := range r.Parts {
		all = append(all, p.Pending)
	}
	return all
}

// destination is where the files of a job go. They wait there, unseen, for the commit.
type destination struct {
	storage.Store
	folder  string // DEST; or Stdio
	staging string
}

// create begins a file of that name below DEST.
func (d *destination) create(ctx context.Context, name string) (storage.Output, error) {
	return d.Create(ctx, d.name(name), d.staging)
}

// name returns the address of a file below DEST.
func (d *destination) name(name string) string {
	if d.folder == Stdio {
		return Stdio
	}
	return storage.Join(d.folder, name)
}

// discard drops what was written and not published, also when ctx is cancelled.
func (d *destination) discard(ctx context.Context, pendings []storage.Pending) {
	ctx = context.WithoutCancel(ctx)
	for _, p := range pendings {
		_ = d.Discard(ctx, p) // the error that led here is the one to tell
	}
}

// runTask runs the three stages over the files of a task. After an error nothing
// of it is left.
func runTask(ctx context.Context, mem memory.Allocator, store storage.Store, dest *destination, plan *Plan, task Task) (_ *TaskResult, err error) {
	o := &plan.Options
	format, err := newFormat(plan)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("part-%s-%05d", plan.Fingerprint, task.Index)
	reader := &reader{store: store, files: task.Files, maxRecord: o.MaxRecordBytes, onRead: o.OnRead}
	normalizer := &normalizer{
		mem:        mem,
		job:        &plan.Job,
		files:      task.Files,
		columns:    o.batchColumns(),
		extract:    o.Extract,
		keys:       o.KeyEncoding,
		rawMessage: o.RawMessage,
		workers:    o.Workers,
		maxRejects: o.MaxRejects,
	}
	parts := newParts(dest, format, name, o)
	result := &TaskResult{Index: task.Index}
	rejects := &rejectsFile{dest: dest, name: stateFolder + "/" + plan.Job.Name + "/rejects/" + name + ".jsonl.gz"}
	writer := &writer{
		mem:     mem,
		format:  format,
		columns: o.fileSchema(),
		router:  newRouter(o),
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
	result.Totals.Files = int64(len(task.Files))
	result.Totals.BytesIn = reader.bytes
	return result, result.check()
}

// check compares what was read with what was written.
func (r *TaskResult) check() error {
	var read, written int64
	for _, in := range r.Inputs {
		read += in.Rows
	}
	for _, p := range r.Parts {
		written += p.Part.Rows
	}
	if read != written {
		return fmt.Errorf("check sums: %d rows were read and %d written, which is an error of this program", read, written)
	}
	return nil
}

// batchColumns are the columns of the record batches: those in the files and
// those that partition.
func (o *Options) batchColumns() []schema.Column {
	cols := slices.Concat(o.Columns, o.PartitionBy)
	slices.Sort(cols)
	return slices.Compact(cols)
}

// newFormat returns the format of a plan's parts.
func newFormat(plan *Plan) (format, error) {
	o := &plan.Options
	columns := o.fileSchema()
	if o.Format == NDJSON {
		return newNDJSON(columns, ndjsonOptions{compression: o.Compression, level: o.Level})
	}
	return newParquet(columns, parquetOptions{compression: o.Compression, level: o.Level, keyValue: plan.metadata(), createdBy: plan.createdBy()})
}
