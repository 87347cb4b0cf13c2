package convert

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/storage"
)

// taskVersion is the version of the form of a task's result.
const taskVersion = 1

// TaskResult says what a task wrote. It is plain JSON, so that a commit
// elsewhere can publish it.
type TaskResult struct {
	Version int             `json:"batchreport_task"`
	Index   int             `json:"index"`
	Inputs  []Input         `json:"inputs"`
	Parts   []WrittenPart   `json:"parts"`
	Rejects *WrittenRejects `json:"rejects"`
	Totals  Totals          `json:"totals"`
	// LastReject is the last row that could not be read; nil if there was none.
	LastReject *RowError `json:"last_reject,omitempty"`
}

// writtenFile is a file of a result, with its name below DEST.
type writtenFile struct {
	Name    string
	Pending storage.Pending
}

// written are all files of the result.
func (r *TaskResult) written() []writtenFile {
	var all []writtenFile
	if r.Rejects != nil {
		all = append(all, writtenFile{r.Rejects.Reject.Name, r.Rejects.Pending})
	}
	for _, p := range r.Parts {
		all = append(all, writtenFile{p.Part.Name, p.Pending})
	}
	return all
}

// here makes the files of a result that was kept those of the destination: see
// destination.here.
func (r *TaskResult) here(d *destination) {
	if r.Rejects != nil {
		r.Rejects.Pending = d.here(away(r.Rejects.Pending, r.Rejects.Reject.Name), d.fingerprint)
	}
	for i := range r.Parts {
		p := &r.Parts[i]
		p.Pending = d.here(away(p.Pending, p.Part.Name), d.fingerprint)
	}
}

// pendings are all files of the result.
func (r *TaskResult) pendings() []storage.Pending {
	var all []storage.Pending
	for _, w := range r.written() {
		all = append(all, w.Pending)
	}
	return all
}

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
		inOrder:   dest.folder == Stdio,
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
		sorter:  newSorter(mem, format, o),
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

// totals are the sums over the task, the parts included.
func (r *TaskResult) totals() Totals {
	t := r.Totals
	for _, p := range r.Parts {
		t.Parts++
		t.BytesOut += p.Part.Bytes
	}
	return t
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

// newFormat returns the format of a plan's parts.
func newFormat(plan *JobPlan, o *Options) (format, error) {
	columns := o.FileSchema()
	if o.Format == NDJSON {
		return newNDJSON(columns, ndjsonOptions{compression: o.Compression, level: o.Level})
	}
	return newParquet(columns, parquetOptions{compression: o.Compression, level: o.Level, keyValue: plan.metadata(), createdBy: createdBy + o.Version, bloom: o.Bloom, sortBy: o.SortBy})
}
