package convert

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/objects"
	"batchreport/convert/internal/partition"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// MakeOutcome makes a table in dest that has one row for each object over all jobs of the
// sources, which are named as for [Convert]: what it has come to, and the columns of the
// row that decides. That is, of the last job that has the object, the last row that failed
// or, where none did, the last row. Which of two jobs is later is what order says; where
// that does not tell, and both have the same object, it is an error.
//
// The table is written, committed and verified as one of Convert, as one unit that is
// named after the jobs. It replaces the unit that is in dest, whatever jobs that was made
// of. A destination has outcomes or the rows of reports, never both. Where a job cannot be
// read nothing is begun.
//
// Options.Kind and Options.Rules are set by MakeOutcome. The columns that the table can
// have are [schema.OutcomeColumns], and it can be partitioned by final_status.
func MakeOutcome(ctx context.Context, store storage.Store, sources []string, dest string, order Order, o Options) (*Summary, error) {
	begin := time.Now()
	o.Kind, o.Rules = table.Outcome, cause.Version()
	c := newConverter(store, dest, o)
	summary := &Summary{}
	err := c.outcome(ctx, sources, order, summary)
	summary.Elapsed = time.Since(begin)
	return summary, err
}

func (c *converter) outcome(ctx context.Context, names []string, order Order, summary *Summary) error {
	if !slices.Contains([]Order{"", OrderDate, OrderSources}, order) {
		return fmt.Errorf("order: %q is none of date, sources%s", order, schema.DidYouMean(string(order), "date", "sources"))
	}
	if err := c.check(ctx); err != nil {
		return err
	}
	if c.plan.Dest != storage.Stdio {
		// Before anything is read of the reports.
		if err := c.dest.CheckKind(ctx, table.Outcome, false); err != nil {
			return err
		}
	}
	jobs, err := c.find(ctx, names, false)
	if err == nil {
		err = errorsOf(jobs)
	}
	if err != nil {
		return err
	}
	c.members = objects.InOrder(jobs, order == OrderSources)
	w := c.work(c.unit())
	c.others.ours[w.summary.Job] = true
	if c.plan.Dest != storage.Stdio {
		if err := w.begin(ctx); err != nil {
			w.fail(err)
		}
	}
	if w.summary.Outcome == "" {
		var bytes int64
		for _, f := range w.files() {
			if f.Size < 0 || bytes < 0 {
				bytes = -1
			} else {
				bytes += f.Size
			}
		}
		c.options.OnPlan(bytes)
		c.run(ctx, w)
	}
	summary.add(w.summary)
	return w.summary.Err
}

// unit returns the plan of the unit that is made of all jobs: one task, for an object may
// be in any of them.
func (c *converter) unit() *plan.JobPlan {
	var names []string
	job := plan.Job{Files: []plan.File{}}
	for _, m := range c.members.Jobs {
		names = append(names, m.Job.Name)
		job.Files = append(job.Files, m.Job.Files...)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		fmt.Fprintln(h, name)
	}
	job.Name = table.OutcomeName(h.Sum(nil))
	unit := &plan.JobPlan{Job: job, Fingerprint: plan.Fingerprint(job, c.options.Spec, schema.Version, c.options.Version, c.memberJobs()...)}
	if len(job.Files) > 0 {
		unit.Tasks = []plan.Task{{Files: len(job.Files)}}
	}
	return unit
}

// memberJobs returns the jobs of which the unit is made; none where each job is one.
func (c *converter) memberJobs() (members []plan.Job) {
	if c.members != nil {
		for _, m := range c.members.Jobs {
			members = append(members, m.Job)
		}
	}
	return members
}

// runOutcome makes the rows of objects from all files. After an error it drops what it
// wrote.
func (c *converter) runOutcome(ctx context.Context, to outputs, job *plan.JobPlan, task plan.Task, workers int) (_ *ledger.TaskResult, err error) {
	o := &c.options
	format, err := newFormat(job, o)
	if err != nil {
		return nil, err
	}
	parts, rejects := newParts(to, format, &o.Spec), &rejectsFile{to: to}
	writer := &writer{
		mem: c.mem, format: format, columns: o.FileSchema(), router: partition.NewRouter(&o.Spec), workers: workers, parts: parts, rejects: rejects,
	}
	result := &ledger.TaskResult{Version: ledger.TaskVersion, Index: task.Index}
	defer func() {
		if err != nil {
			writer.abort()
			to.Discard(ctx, result.Pendings())
		}
	}()
	batches := make(chan *rowBatch, workers)
	g, gctx := errgroup.WithContext(ctx)
	rows, err := objects.NewOutcomes(c.mem, &o.Spec, c.members, func(ctx context.Context, rec arrow.Record) error {
		b := &rowBatch{rec: rec}
		if err := stage.Send(ctx, batches, b); err != nil {
			b.Release()
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sorted := &objectSort{
		pipeline: pipeline{store: c.store, options: o, columns: rows.Columns, mem: c.mem, newMD5: c.newMD5},
		jobs:     c.members, format: format, workers: workers, tempDir: o.TempDir,
		// The context of a job's stages ends before the file does.
		reject: func(_ context.Context, file *plan.File, rows []rejectedRow) error {
			return rejects.write(ctx, file, rows)
		},
	}
	g.Go(stage.Guard(func() error {
		defer close(batches)
		if err := sorted.run(gctx, rows); err != nil {
			return err
		}
		return rows.Flush(gctx)
	}))
	g.Go(stage.Guard(func() error { return writer.Run(gctx, batches) }))
	err = g.Wait()
	stage.Drain(batches)
	rows.Release()
	result.Parts, result.Rejects = parts.done, rejects.done
	if err != nil {
		return nil, err
	}
	for _, read := range sorted.reads {
		result.Inputs = append(result.Inputs, read.inputs...)
		result.Totals.Add(read.totals)
		if read.lastReject != nil {
			result.LastReject = read.lastReject
		}
	}
	if len(result.Inputs) != task.Files {
		return nil, errors.New("check sums: not all result files were read, which is an error of this program")
	}
	t := &result.Totals
	t.Merged, t.RowsOut, t.Succeeded, t.Failed = t.RowsOut-rows.Succeeded-rows.Failed, rows.Succeeded+rows.Failed, rows.Succeeded, rows.Failed
	return result, result.Check()
}
