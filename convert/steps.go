package convert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchreport/convert/storage"
)

// MakePlan plans what Convert would do. Each task can then be run by RunTask, in
// any order, anywhere, at once, and more than once; after the last of them Commit
// is due, or Abort. All jobs must be readable, and neither sources nor dest Stdio.
func MakePlan(ctx context.Context, store storage.Store, sources []string, dest string, o Options) (*Plan, error) {
	if dest == storage.Stdio || slices.Contains(sources, storage.Stdio) {
		return nil, errors.New("plan: standard input and output cannot be shared by tasks")
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
	c.plan.Jobs = []JobPlan{}
	for _, j := range jobs {
		if j.err != nil {
			errs = append(errs, j.err)
			continue
		}
		c.plan.Jobs = append(c.plan.Jobs, *c.plan.job(j.job))
	}
	return c.plan, errors.Join(errs...)
}

// planned returns a converter for the jobs of a plan, which may come from anywhere.
func planned(store storage.Store, p *Plan, run Run) (*converter, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	run.Version = p.Program
	return newPlanned(store, p, Options{p.Options, run}.withDefaults()), nil
}

// RunTask runs a task of a plan, counted from 0 through all jobs, unless it has
// been run, or its job been committed, before.
func RunTask(ctx context.Context, store storage.Store, p *Plan, index int, run Run) (JobSummary, error) {
	c, err := planned(store, p, run)
	if err != nil {
		return JobSummary{}, err
	}
	plan, task, err := p.task(index)
	if err != nil {
		return JobSummary{}, err
	}
	w := c.work(plan)
	if err := w.run.Open(ctx); err != nil {
		return w.summary, err
	}
	if !w.run.IsClaimed() && w.isDone() {
		w.end(Unchanged, w.run.Record())
		return w.summary, nil
	}
	r, err := w.run.KeptTask(ctx, task.Index, w.isUsable)
	w.summary.Outcome = Unchanged
	if r == nil && err == nil {
		if run.DryRun {
			w.intend(plan.files(task))
			return w.summary, nil
		}
		var bytes int64
		for _, f := range plan.files(task) {
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
	w.summary.Totals = r.AllTotals()
	// A task that took longer than its twin may end after the commit.
	if record := w.run.Twin(ctx); record != nil {
		w.end(Unchanged, record)
	}
	return w.summary, nil
}

// Commit commits the jobs of a plan whose tasks have all been run. The summary is
// never nil; the error joins those of the jobs that failed.
func Commit(ctx context.Context, store storage.Store, p *Plan, change Change) (*Summary, error) {
	begin := time.Now()
	summary := &Summary{}
	c, err := planned(store, p, Run{Change: change})
	if err != nil {
		return summary, err
	}
	var errs []error
	for i := range p.Jobs {
		w := c.work(&p.Jobs[i])
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

// commitKept commits what other processes have written.
func (w *jobWork) commitKept(ctx context.Context) error {
	kept, err := w.run.Kept(ctx, w.isUsable)
	if err != nil {
		return err
	}
	first := 0 // task of the job in the plan
	for i := range w.c.plan.Jobs {
		if &w.c.plan.Jobs[i] == w.plan {
			break
		}
		first += len(w.c.plan.Jobs[i].Tasks)
	}
	var missing []string
	for _, task := range w.plan.Tasks {
		if r := kept[task.Index]; r != nil {
			w.results = append(w.results, r)
		} else {
			missing = append(missing, fmt.Sprint(first+task.Index))
		}
	}
	if len(missing) > 0 {
		// Missing, since somebody else is committing them?
		if !w.c.options.DryRun {
			record, err := w.run.Follow(ctx)
			if record != nil {
				w.end(Unchanged, record)
			}
			if record != nil || err != nil {
				return err
			}
		}
		const most = 20
		more := ""
		if len(missing) > most {
			missing, more = missing[:most], ", …"
		}
		return fmt.Errorf("commit job %s: task %s%s has not been run to its end", w.plan.Job.Name, strings.Join(missing, ", "), more)
	}
	return w.commit(ctx)
}
