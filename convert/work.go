package convert

import (
	"context"
	"errors"

	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

// jobWork is a job on its way. Its summary has an outcome once it is over.
type jobWork struct {
	c       *converter
	plan    *plan.JobPlan
	run     *ledger.Run
	tasks   []plan.Task          // to be run: all of the plan, or those that mend the table
	missing []string             // files of the record that are to be made again; see mend
	results []*ledger.TaskResult // of the tasks, in their order
	summary JobSummary
}

func (c *converter) work(job *plan.JobPlan) *jobWork {
	return &jobWork{
		c:       c,
		plan:    job,
		tasks:   job.Tasks,
		run:     c.dest.Run(job.Job.Name, job.Fingerprint, job.NumTasks(), c.options.PartitionBy),
		summary: JobSummary{Job: job.Job.Name},
	}
}

func (w *jobWork) end(outcome Outcome, r *ledger.Record) {
	w.summary.Outcome, w.summary.Totals, w.summary.Rejects = outcome, r.Totals, r.Rejects
	w.summary.ErrorCodes = r.ErrorCodes
}

func (w *jobWork) fail(err error) {
	w.summary.Outcome, w.summary.Err = Failed, err
}

// intend ends the work of a dry run: files are what it would read.
func (w *jobWork) intend(files []plan.File) {
	w.summary.Outcome, w.summary.Totals = Planned, totalsOf(files)
}

// begin finishes what a dead run has begun to commit, and ends the work if what
// it would do is done already, and is there. Where files of it are missing, the work
// is to make them again.
func (w *jobWork) begin(ctx context.Context) error {
	// Another run may commit the job while this one looks.
	for tries := 3; ; tries-- {
		done := false
		err := w.open(ctx)
		if err == nil {
			err = w.checkOverlap(ctx)
		}
		if err == nil {
			done, err = w.isDone(ctx)
		}
		switch {
		case err != nil:
		case done:
			if err = w.run.Settle(ctx); err == nil {
				err = w.look(ctx)
			}
		default:
			w.noteReplaced()
		}
		if !errors.Is(err, storage.ErrConflict) || tries == 1 {
			return err
		}
	}
}

// open opens the run.
func (w *jobWork) open(ctx context.Context) error {
	if w.c.options.DryRun {
		return w.run.OpenDry(ctx)
	}
	if err := w.run.Open(ctx); err != nil {
		return err
	}
	return w.run.Recover(ctx)
}

// checkOverlap checks that no other job has a result file of this one in the table.
func (w *jobWork) checkOverlap(ctx context.Context) error {
	var inputs []ledger.Input
	for _, f := range w.plan.Job.Files {
		inputs = append(inputs, ledger.Input{Key: f.Key, Size: f.Size, MD5: f.MD5})
	}
	return w.run.CheckOverlap(ctx, w.plan.Job.ID, inputs)
}

// look ends the work if all files of the record are there. If not, the work is to
// mend that.
func (w *jobWork) look(ctx context.Context) error {
	missing, err := w.run.Missing(ctx)
	switch {
	case err != nil:
		return err
	case len(missing) > 0:
		return w.mend(missing)
	}
	if w.c.options.Delta && !w.c.options.DryRun {
		if err := w.run.BeginLog(ctx); err != nil {
			return err
		}
	}
	w.end(Unchanged, w.run.Record())
	if !w.c.options.DryRun {
		w.run.Sweep(ctx) // what a twin of the run that committed has left
	}
	return nil
}

// noteReplaced notes what the commit of this work would replace.
func (w *jobWork) noteReplaced() {
	r := w.run.Record()
	if r == nil {
		w.debug("was not converted before", "tasks", len(w.plan.Tasks), "fingerprint", w.plan.Fingerprint)
		return
	}
	w.summary.Replaced = &Replaced{Fingerprint: r.Fingerprint, Files: len(r.Files()), Change: changed(r, &w.c.options)}
	w.debug("was converted before, and is converted again", "forced", w.c.options.Force,
		"fingerprint before", r.Fingerprint, "fingerprint", w.plan.Fingerprint, "tasks", len(w.plan.Tasks))
}

// debug says what is being done with the job.
func (w *jobWork) debug(message string, args ...any) {
	w.c.options.Log.Debug(message, append([]any{"job", w.plan.Job.Name}, args...)...)
}

// runTasks runs the tasks that have no result yet.
func (w *jobWork) runTasks(ctx context.Context) error {
	kept, err := w.run.Kept(ctx, w.isUsable)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		w.c.options.Log.Info("goes on after an earlier run", "job", w.plan.Job.Name, "tasks done", len(kept), "of", len(w.tasks))
	}
	type work struct {
		plan.Task
		result **ledger.TaskResult
	}
	var missing []work
	again := w.results // not nil where something was lost, and its bytes are counted
	w.results = make([]*ledger.TaskResult, len(w.tasks))
	for i, task := range w.tasks {
		if r := kept[task.Index]; r != nil {
			for _, f := range w.plan.FilesOf(task) {
				if again == nil {
					w.c.options.OnRead(int(max(f.Size, 0)))
				}
			}
			w.results[i] = r
		} else {
			missing = append(missing, work{task, &w.results[i]})
		}
	}
	atOnce := tasksAtOnce(w.c.options.Workers, len(missing))
	workers := (w.c.options.Workers + atOnce - 1) / atOnce
	return stage.Each(ctx, atOnce, missing, func(ctx context.Context, to work) (err error) {
		*to.result, err = w.runTask(ctx, to.Task, workers)
		return err
	})
}

// tasksAtOnce returns how many of so many tasks that many workers do at once. One
// task is bounded by the MD5 of one file at a time, some 600 MB/s, which is what
// three or four workers normalize and encode of all columns.
func tasksAtOnce(workers, tasks int) int { return max(1, min(workers/4, tasks)) }

// runTask runs a task and keeps its result where a commit finds it.
func (w *jobWork) runTask(ctx context.Context, task plan.Task, workers int) (*ledger.TaskResult, error) {
	to, err := w.run.Task(ctx, task.Index)
	if err != nil {
		return nil, err
	}
	w.debug("begins a task", "task", task.Index, "files", task.Files, "workers", workers)
	r, err := w.c.runTask(ctx, to, w.plan, task, workers)
	if err != nil {
		w.debug("a task failed", "task", task.Index, "error", err)
		return nil, err
	}
	return r, to.Keep(ctx, r)
}

// isUsable reports whether what an earlier run made of a task is what this one
// would make of it.
func (w *jobWork) isUsable(r *ledger.TaskResult) bool {
	task, same := w.plan.Task(r.Index)
	files := w.plan.FilesOf(task)
	same = same && len(files) == len(r.Inputs)
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

// record makes the commit record of what the tasks wrote.
func (w *jobWork) record() (*ledger.Record, error) {
	if len(w.missing) > 0 {
		return w.mended()
	}
	return newRecord(w.plan, &w.c.options, w.results)
}

// files are what the tasks read.
func (w *jobWork) files() []plan.File {
	var files []plan.File
	for _, task := range w.tasks {
		files = append(files, w.plan.FilesOf(task)...)
	}
	return files
}

// commit commits the results of all tasks.
func (w *jobWork) commit(ctx context.Context) error {
	if err := w.c.checkLayout(ctx, true); err != nil {
		return err
	}
	record, err := w.record()
	if err != nil {
		return err
	}
	if w.c.options.DryRun {
		w.end(Planned, record)
		return nil
	}
	w.debug("commits", "files", len(record.Files()), "rows", record.Totals.RowsOut)
	if err := w.run.Commit(ctx, record, w.results); err != nil {
		return err
	}
	w.debug("is committed", "deleted", len(record.Replaces))
	w.end(Committed, record)
	return nil
}

// failed ends the work after an error, unless a twin of the run has committed the job
// meanwhile. It reports whether it has failed.
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
