package convert

import (
	"context"
	"fmt"

	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/extsort"
	"batchreport/convert/internal/ndjson"
	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/internal/partition"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// outputs is where a task writes: a ledger's task, or standard output. Names are
// below DEST.
type outputs interface {
	PartName() string    // how the names of the task's parts begin
	RejectsName() string // of the file of its rejects
	Create(ctx context.Context, name string) (storage.Output, error)
	Discard(ctx context.Context, written []storage.Pending)
}

// runTask converts the files of a task. After an error it drops what it wrote.
func (c *converter) runTask(ctx context.Context, to outputs, job *plan.JobPlan, task plan.Task, workers int) (_ *ledger.TaskResult, err error) {
	if c.members != nil {
		return c.runOutcome(ctx, to, job, task, workers)
	}
	o := &c.options
	format, err := newFormat(job, o)
	if err != nil {
		return nil, err
	}
	parts := newParts(to, format, &o.Spec)
	result := &ledger.TaskResult{Version: ledger.TaskVersion, Index: task.Index}
	rejects := &rejectsFile{to: to}
	writer := &writer{
		mem:     c.mem,
		format:  format,
		columns: o.FileSchema(),
		router:  partition.NewRouter(&o.Spec),
		sorter:  extsort.New(c.mem, extsort.Config{Columns: o.FileSchema(), By: o.SortBy, Format: format, Workers: workers, TempDir: o.TempDir}),
		workers: workers,
		parts:   parts,
		rejects: rejects,
	}
	defer func() {
		if err != nil {
			writer.abort()
			to.Discard(ctx, result.Pendings())
		}
	}()
	pipeline := &pipeline{store: c.store, options: o, columns: o.BatchColumns(), mem: c.mem, newMD5: c.newMD5}
	read, err := pipeline.run(ctx, &job.Job, job.FilesOf(task), workers, writer)
	result.Parts, result.Rejects = parts.done, rejects.done
	if err != nil {
		return nil, err
	}
	result.Inputs, result.Totals, result.LastReject = read.inputs, read.totals, read.lastReject
	result.ErrorCodes = &read.codes
	for _, in := range result.Inputs {
		o.Log.Debug("read a file", "task", task.Index, "file", in.Key, "bytes", in.Size, "rows", in.Rows, "rejected", in.Rejected)
	}
	for _, p := range result.Parts {
		o.Log.Debug("wrote a part", "task", task.Index, "part", p.Part.Name, "bytes", p.Part.Bytes, "rows", p.Part.Rows)
	}
	return result, result.Check()
}

// newFormat returns the format of a plan's parts.
func newFormat(job *plan.JobPlan, o *Options) (encode.Format, error) {
	columns := o.FileSchema()
	if o.Format == table.NDJSON {
		return ndjson.New(columns, ndjson.Options{Compression: o.Compression, Level: o.Level})
	}
	return parquetfile.New(columns, parquetfile.Options{
		Compression: o.Compression,
		Level:       o.Level,
		KeyValue:    metadata(job),
		CreatedBy:   createdBy + o.Version,
		Bloom:       o.Bloom,
		SortBy:      o.SortBy,
		Order:       o.ChunkOrder(),
		Unbounded:   o.Unbounded(),
	})
}

// metadata is what every part says about itself, beside the format's own.
func metadata(j *plan.JobPlan) []parquetfile.KeyValue {
	pairs := []parquetfile.KeyValue{
		{Key: "batchreport.schema_version", Value: fmt.Sprint(schema.Version)},
		{Key: "batchreport.job", Value: j.Job.Name},
	}
	if j.Job.ID != nil {
		pairs = append(pairs, parquetfile.KeyValue{Key: "batchreport.job_id", Value: *j.Job.ID})
	}
	return append(pairs, parquetfile.KeyValue{Key: "batchreport.fingerprint", Value: j.Fingerprint})
}

// createdBy is what a part, and a record, says before the program's version: the
// form that readers parse.
const createdBy = "batchreport version "
