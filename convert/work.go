package convert

import (
	"context"
	"errors"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// jobWork is a job on its way. Its summary has an outcome once it is over.
type jobWork struct {
	*converter
	plan    *JobPlan
	run     *ledger.Run
	results []*ledger.TaskResult
	summary JobSummary
}

func (c *converter) work(plan *JobPlan) *jobWork {
	return &jobWork{
		converter: c,
		plan:      plan,
		run:       c.dest.Run(plan.Job.Name, plan.Fingerprint, len(plan.Tasks), c.options.PartitionBy),
		summary:   JobSummary{Job: plan.Job.Name},
	}
}

func (w *jobWork) end(outcome Outcome, r *ledger.Record) {
	w.summary.Outcome, w.summary.Totals, w.summary.Rejects = outcome, r.Totals, r.Rejects
}

func (w *jobWork) fail(err error) {
	w.summary.Outcome, w.summary.Err = Failed, err
}

// begin finishes what a dead run has begun to commit, and ends the work if what
// it would do is done already.
func (w *jobWork) begin(ctx context.Context) error {
	if w.options.DryRun {
		return w.beginDry(ctx)
	}
	if err := w.run.Open(ctx); err != nil {
		return err
	}
	if err := w.run.Begin(ctx); err != nil {
		return err
	}
	if w.isDone() {
		w.end(Unchanged, w.run.Record())
		w.run.Sweep(ctx) // what a twin of the run that committed has left
	}
	return nil
}

// isDone reports whether what this run would commit is committed.
func (w *jobWork) isDone() bool {
	record := w.run.Record()
	if record == nil || w.options.Force {
		return false
	}
	if record.Fingerprint == w.plan.Fingerprint {
		if !isVerified(w.options.VerifyInput, record.Inputs) {
			w.options.Log.Warn("converted before, but its input was not verified as is asked for now; --force converts it again", "job", record.Job)
		}
		return true
	}
	version := strings.TrimPrefix(record.Program, createdBy)
	if record.Fingerprint != fingerprint(w.plan.Job, w.options.Spec, version) {
		return false
	}
	w.options.Log.Warn("converted before by another version of this program; --force converts it again", "job", record.Job, "version", version)
	return true
}

// runTasks runs the tasks that have no result yet.
func (w *jobWork) runTasks(ctx context.Context) error {
	kept, err := w.run.Kept(ctx, w.isUsable)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		w.options.Log.Info("goes on after an earlier run", "job", w.plan.Job.Name, "tasks done", len(kept), "of", len(w.plan.Tasks))
	}
	w.results = nil
	for _, task := range w.plan.Tasks {
		r := kept[task.Index]
		if r != nil {
			w.options.OnRead(int(r.Totals.BytesIn))
		} else if r, err = w.runTask(ctx, task); err != nil {
			return err
		}
		w.results = append(w.results, r)
	}
	return nil
}

// runTask runs a task and keeps its result where a commit finds it.
func (w *jobWork) runTask(ctx context.Context, task Task) (*ledger.TaskResult, error) {
	to, err := w.run.Task(ctx, task.Index)
	if err != nil {
		return nil, err
	}
	r, err := runTask(ctx, w.mem, w.store, to, w.plan, task, &w.options)
	if err != nil {
		return nil, err
	}
	return r, to.Keep(ctx, r)
}

// isUsable reports whether what an earlier run made of a task is what this one
// would make of it.
func (w *jobWork) isUsable(r *ledger.TaskResult) bool {
	files := w.plan.files(w.plan.Tasks[r.Index])
	same := len(files) == len(r.Inputs)
	for i := 0; same && i < len(files); i++ {
		same = files[i].Key == r.Inputs[i].Key
	}
	switch {
	case !same:
		w.options.Log.Warn("what should be a task's result has other inputs, so the task is run again", "task", r.Index)
	case !isVerified(w.options.VerifyInput, r.Inputs):
		w.options.Log.Warn("an earlier run did not verify its input as is asked for now, so the task is run again", "task", r.Index)
	default:
		return true
	}
	return false
}

// commit commits the results of all tasks.
func (w *jobWork) commit(ctx context.Context) error {
	record, err := newRecord(w.plan, &w.options, w.results)
	if err != nil {
		return err
	}
	if w.options.DryRun {
		w.end(Planned, record)
		return nil
	}
	if err := w.run.Commit(ctx, record, w.results); err != nil {
		return err
	}
	w.end(Committed, record)
	return nil
}

// failed ends the work after an error, unless another run of the same has
// committed meanwhile. It reports whether it has failed.
func (w *jobWork) failed(ctx context.Context, err error) bool {
	w.fail(err)
	if errors.Is(err, storage.ErrUnknown) || w.options.DryRun {
		return true
	}
	record := w.run.Twin(ctx)
	if record == nil {
		return true // err is the error to tell
	}
	w.summary.Err = nil
	w.end(Unchanged, record)
	return false
}
