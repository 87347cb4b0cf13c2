package convert

import (
	"context"
	"errors"
	"strings"

	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// jobWork is a job on its way. Its summary has an outcome once it is over.
type jobWork struct {
	c       *converter
	plan    *JobPlan
	run     *ledger.Run
	results []*ledger.TaskResult
	summary JobSummary
}

func (c *converter) work(plan *JobPlan) *jobWork {
	return &jobWork{
		c:       c,
		plan:    plan,
		run:     c.dest.Run(plan.Job.Name, plan.Fingerprint, len(plan.Tasks), c.options.PartitionBy),
		summary: JobSummary{Job: plan.Job.Name},
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
	if w.c.options.DryRun {
		return w.beginDry(ctx)
	}
	if err := w.run.Open(ctx); err != nil {
		return err
	}
	if err := w.run.Recover(ctx); err != nil {
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
	if record == nil || w.c.options.Force {
		return false
	}
	if record.Fingerprint == w.plan.Fingerprint {
		if !isVerified(w.c.options.VerifyInput, record.Inputs) {
			w.c.options.Log.Warn("converted before, but its input was not verified as is asked for now; --force converts it again", "job", record.Job)
		}
		return true
	}
	version := strings.TrimPrefix(record.Program, createdBy)
	if record.Fingerprint != fingerprint(w.plan.Job, w.c.options.Spec, version) {
		return false
	}
	w.c.options.Log.Warn("converted before by another version of this program; --force converts it again", "job", record.Job, "version", version)
	return true
}

// runTasks runs the tasks that have no result yet.
func (w *jobWork) runTasks(ctx context.Context) error {
	kept, err := w.run.Kept(ctx, w.isUsable)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		w.c.options.Log.Info("goes on after an earlier run", "job", w.plan.Job.Name, "tasks done", len(kept), "of", len(w.plan.Tasks))
	}
	var missing []Task
	w.results = make([]*ledger.TaskResult, len(w.plan.Tasks))
	for _, task := range w.plan.Tasks {
		if r := kept[task.Index]; r != nil {
			for _, f := range w.plan.files(task) {
				w.c.options.OnRead(int(max(f.Size, 0)))
			}
			w.results[task.Index] = r
		} else {
			missing = append(missing, task)
		}
	}
	atOnce := tasksAtOnce(w.c.options.Workers, len(missing))
	workers := (w.c.options.Workers + atOnce - 1) / atOnce
	return stage.Each(ctx, atOnce, missing, func(ctx context.Context, task Task) (err error) {
		w.results[task.Index], err = w.runTask(ctx, task, workers)
		return err
	})
}

// tasksAtOnce returns how many of so many tasks that many workers do at once. One
// task is bounded by the MD5 of one file at a time, some 600 MB/s, which is what
// three or four workers normalize and encode of all columns.
func tasksAtOnce(workers, tasks int) int { return max(1, min(workers/4, tasks)) }

// runTask runs a task and keeps its result where a commit finds it.
func (w *jobWork) runTask(ctx context.Context, task Task, workers int) (*ledger.TaskResult, error) {
	to, err := w.run.Task(ctx, task.Index)
	if err != nil {
		return nil, err
	}
	r, err := w.c.runTask(ctx, to, w.plan, task, workers)
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
		w.c.options.Log.Warn("what should be a task's result has other inputs, so the task is run again", "task", r.Index)
	case !isVerified(w.c.options.VerifyInput, r.Inputs):
		w.c.options.Log.Warn("an earlier run did not verify its input as is asked for now, so the task is run again", "task", r.Index)
	default:
		return true
	}
	return false
}

// commit commits the results of all tasks.
func (w *jobWork) commit(ctx context.Context) error {
	record, err := newRecord(w.plan, &w.c.options, w.results)
	if err != nil {
		return err
	}
	if w.c.options.DryRun {
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
	if errors.Is(err, storage.ErrUnknown) || w.c.options.DryRun {
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
