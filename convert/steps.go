package convert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

// MakePlan plans what [Convert] would do with the same sources, and writes nothing. Each
// task can then be done by [RunTask], in any order, anywhere, at once, and more than
// once. When all of them have ended, [Commit] is due, or [Abort].
//
// Unlike in Convert, neither a source nor dest may be [storage.Stdio], and all jobs
// must be readable: the error joins those of the jobs that are not, and the plan that
// comes with it has the others. Result files without a manifest are read once, for their MD5.
func MakePlan(ctx context.Context, store storage.Store, sources []string, dest string, o Options) (*plan.Plan, error) {
	if dest == storage.Stdio || slices.Contains(sources, storage.Stdio) {
		return nil, errors.New("plan: standard input and output cannot be shared by tasks")
	}
	if err := plan.CheckDest(dest); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	c := newConverter(store, dest, o)
	if err := c.check(ctx); err != nil {
		return nil, err
	}
	jobs, err := c.find(ctx, sources, true)
	if err != nil {
		return nil, err
	}
	var errs []error
	c.plan.Jobs = []plan.JobPlan{}
	for _, j := range jobs {
		if j.Err != nil {
			errs = append(errs, j.Err)
			continue
		}
		c.plan.Jobs = append(c.plan.Jobs, *c.plan.ForJob(j.Job))
		c.others.ours[j.Job.Name] = true
	}
	if err := c.dest.CheckKind(ctx, c.options.Kind, false); err != nil {
		errs = append(errs, err)
	}
	if len(errs) == 0 && len(jobs) > 0 {
		errs = append(errs, c.checkLayout(ctx, false))
	}
	return c.plan, errors.Join(errs...)
}

// planned returns a converter for the jobs of a plan, which may come from anywhere.
func planned(store storage.Store, p *plan.Plan, run Run) (*converter, error) {
	p, err := p.Check()
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	run.Version = p.Program
	return newPlanned(store, p, Options{p.Options, run}.withDefaults()), nil
}

// RunTask does the task of a plan, or of a part of one, that has that index, counted from 0
// through all jobs, to [plan.Plan.Tasks]-1. What it writes is pending until [Commit]. A task that has ended
// before, and one whose job is committed, is not done again: its outcome is Unchanged.
//
// Tasks may be run again after any error, and by several at once. A task that fails
// leaves nothing of its own behind, and nothing of other tasks is lost.
func RunTask(ctx context.Context, store storage.Store, p *plan.Plan, index int, run Run) (JobSummary, error) {
	c, err := planned(store, p, run)
	if err != nil {
		return JobSummary{}, err
	}
	job, task, err := c.plan.Task(index)
	if err != nil {
		return JobSummary{}, err
	}
	w := c.work(job)
	done, err := w.isTaskDone(ctx)
	if err != nil {
		w.fail(err)
		return w.summary, err
	}
	if done {
		w.end(Unchanged, w.run.Record())
		return w.summary, nil
	}
	r, err := w.run.KeptTask(ctx, task.Index, w.isUsable)
	w.summary.Outcome = Unchanged
	if r == nil && err == nil {
		if run.DryRun {
			w.intend(job.FilesOf(task))
			return w.summary, nil
		}
		var bytes int64
		for _, f := range job.FilesOf(task) {
			bytes += f.Size
		}
		c.options.OnPlan(bytes)
		r, err = w.runTask(ctx, task, c.options.Workers)
		w.summary.Outcome = Written
	}
	if err != nil {
		w.failed(ctx, err)
		return w.summary, w.summary.Err
	}
	w.summary.Totals, w.summary.ErrorCodes = r.AllTotals(), r.ErrorCodes
	// A task that took longer than its twin may end after the commit.
	if record := w.run.Twin(ctx); record != nil {
		w.end(Unchanged, record)
	}
	return w.summary, nil
}

// Commit publishes what the tasks of a plan have written, job by job. A job of which a
// task has not ended fails, and the error names its tasks; nothing of it is published,
// and what the others wrote is kept. The summary is never nil, and the error joins
// those of the jobs that failed.
//
// Commit may be called again after any error, or by several at once. Whoever finds a
// commit that has begun finishes it.
func Commit(ctx context.Context, store storage.Store, p *plan.Plan, change Change) (*Summary, error) {
	begin := time.Now()
	summary := &Summary{}
	c, err := planned(store, p, Run{Change: change})
	if err != nil {
		return summary, err
	}
	if p.IsPart() {
		return summary, errPart
	}
	if err := c.checkLog(ctx); err != nil {
		return summary, err
	}
	var errs []error
	for i := range c.plan.Jobs {
		w := c.work(&c.plan.Jobs[i])
		if err := w.begin(ctx); err != nil {
			w.fail(err)
		} else if w.summary.Outcome == "" {
			if err := w.commitKept(ctx); err != nil && w.failed(ctx, err) {
				w.run.WarnIfClaimed(ctx)
			}
		}
		errs = append(errs, w.summary.Err)
		summary.add(w.summary)
	}
	summary.Elapsed = time.Since(begin)
	return summary, errors.Join(errs...)
}

// errPart is the error of a commit, or an abort, by a part of a plan.
var errPart = errors.New("plan: a part of it is for RunTask alone")

// commitKept commits what other processes have written.
func (w *jobWork) commitKept(ctx context.Context) error {
	kept, err := w.run.Kept(ctx, w.isUsable)
	if err != nil {
		return err
	}
	missing := w.without(kept)
	if len(missing) > 0 && w.c.options.Force && len(w.missing) == 0 && w.isSame() {
		// Forced, but only the tasks were run again that mend the table?
		files, err := w.run.Missing(ctx)
		if err != nil {
			return err
		}
		if len(files) > 0 {
			if err := w.mend(files); err != nil {
				return err
			}
			missing = w.without(kept)
		}
	}
	if len(missing) > 0 {
		// Results are missing too while another process commits them.
		if !w.c.options.DryRun {
			record, err := w.run.Follow(ctx)
			if record != nil {
				w.end(Unchanged, record)
			}
			if record != nil || err != nil {
				return err
			}
		}
		return w.notRun(missing)
	}
	for _, task := range w.tasks {
		w.results = append(w.results, kept[task.Index])
	}
	return w.commit(ctx)
}

// without returns the tasks that have no result.
func (w *jobWork) without(kept map[int]*ledger.TaskResult) []plan.Task {
	return slices.DeleteFunc(slices.Clone(w.tasks), func(t plan.Task) bool { return kept[t.Index] != nil })
}

// notRun is the error of a commit for which tasks have to be run.
func (w *jobWork) notRun(missing []plan.Task) error {
	first := 0 // task of the job in the plan
	for i := range w.c.plan.Jobs {
		if &w.c.plan.Jobs[i] == w.plan {
			break
		}
		first += len(w.c.plan.Jobs[i].Tasks)
	}
	const most = 20
	var numbers []string
	for _, task := range missing {
		numbers = append(numbers, fmt.Sprint(first+task.Index))
	}
	more := ""
	if len(missing) > most {
		numbers, more = numbers[:most], fmt.Sprintf(", … (%d in all)", len(missing))
	}
	list := strings.Join(numbers, ", ") + more
	if len(w.missing) > 0 {
		task := "task"
		if len(missing) > 1 {
			task = "tasks"
		}
		return fmt.Errorf("commit job %s: %s: run %s %s with --force, then commit again", w.plan.Job.Name, w.damage(), task, list)
	}
	return &UnfinishedError{w.plan.Job.Name, list, len(missing)}
}
