package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/conversions"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/share"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/batchreport/internal/usage"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

const taskHelp = `Usage: batchreport task --plan FILE [--index NUMBER [--of NUMBER]] [flags]

Runs one task of a plan or, with --of, a share of its tasks, one after the other.
What it writes is not visible before commit. A task that was run before is not
run again. A task with rejected rows exits 0: commit counts them. A share
follows from the two numbers and the plan alone; one that is empty, since there
are more shares than tasks, exits 0.

`

// taskCommand is the command task, with its command line.
type taskCommand struct {
	planned
	share   share.Share
	options convert.Run
}

// noIndex is the index of a command line that has none.
const noIndex = -1

// bind implements command.
func (c *taskCommand) bind(flags *commandFlags) {
	c.share.Index = noIndex
	flags.group("Task", func(f *pflag.FlagSet) {
		c.bindPlan(f)
		f.Func("index", "`NUMBER` of the task in the plan or, with --of, of the share, from 0 (default what AWS_BATCH_JOB_ARRAY_INDEX, JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID says)", values.NumberFrom(0, &c.share.Index))
		f.Func("of", "`NUMBER` of shares that all tasks are dealt to (default what AWS_BATCH_JOB_ARRAY_SIZE or SLURM_ARRAY_TASK_COUNT says with its index; else a task is all there is to run)", values.Count(&c.share.Of))
	})
	flags.group("Run", func(f *pflag.FlagSet) {
		bindRun(f, &c.options)
		f.BoolVar(&c.options.Force, "force", false, "run the task though its job was committed before; commit needs --force too then")
		bindDryRun(f, &c.options.DryRun)
	})
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Read(f, &c.s3)
		bindS3Write(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// check implements command.
func (c *taskCommand) check(line commandLine) error {
	err := c.planned.check(line)
	switch {
	case c.share.Index == noIndex:
		var unknown error
		c.share, unknown = share.FromScheduler(line.env, c.share.Of)
		err = errors.Join(err, unknown)
	case c.share.Of != 0 && c.share.Index >= c.share.Of:
		err = errors.Join(err, fmt.Errorf("no share %d: --of says that there are %d, counted from 0", c.share.Index, c.share.Of))
	}
	return err
}

// run implements command.
func (c *taskCommand) run(ctx context.Context, a *app, store storage.Store) error {
	defer a.setGC(convertGC)()
	begin := time.Now()
	opened, err := c.openPlan(ctx, a, store)
	if err != nil {
		return err
	}
	dest, n := opened.Header().Dest, opened.Header().Totals.Tasks
	first, end := c.share.Tasks(n)
	if end > n {
		return &fault.Usage{Command: "task", Err: fmt.Errorf("no task %d: the plan has %d, counted from 0", first, n)}
	}
	defer location.Tidying(dest)()
	if c.share.Of == 0 {
		summary, err := c.runTask(ctx, a, store, opened, first)
		r := taskResult{result.NewHeader("task", dest), c.options.DryRun, first, conversions.NewJobResult(summary, err, a.explain), usage.Since(begin)}
		return errors.Join(err, a.printResult(r))
	}
	r := shareResult{Header: result.NewHeader("task", dest), DryRun: c.options.DryRun, Index: c.share.Index, Of: c.share.Of, Tasks: end - first}
	for i := first; i < end && err == nil; i++ {
		var summary convert.JobSummary
		summary, err = c.runTask(ctx, a, store, opened, i)
		r.add(summary)
	}
	r.Usage, r.Problems = usage.Since(begin), a.problems(err)
	a.summarizeShare(&r, err)
	return errors.Join(err, a.printResult(r))
}

// runTask runs the task of a plan that has that index, and shows what became of it.
func (c *taskCommand) runTask(ctx context.Context, a *app, store storage.Store, opened *plan.Opened, index int) (convert.JobSummary, error) {
	part, err := opened.Part(ctx, index)
	if err != nil {
		return convert.JobSummary{}, err
	}
	p := a.newProgress("converting", part.Dest)
	o := c.options
	o.Log, o.OnPlan, o.OnRead = a.log, p.Plan, p.Read
	summary, err := convert.RunTask(ctx, store, part, index, o)
	p.End()
	a.summarizeTask(index, part.Dest, summary)
	return summary, err
}

// taskResult is the result of task.
type taskResult struct {
	result.Header
	DryRun bool `json:"dry_run,omitempty"`
	Index  int  `json:"index"` // counts the tasks of all jobs of the plan
	conversions.JobResult
	usage.Usage
}

// shareResult is the result of task with --of.
type shareResult struct {
	result.Header
	DryRun    bool          `json:"dry_run,omitempty"`
	Index     int           `json:"index"` // counts the shares
	Of        int           `json:"of"`
	Tasks     int           `json:"tasks"`     // of the share
	Unchanged int           `json:"unchanged"` // tasks that had been run before
	Totals    ledger.Totals `json:"totals"`    // of the tasks that this call ran or, with --dry-run, would run
	usage.Usage
	result.Problems
}

// add adds what became of a task.
func (r *shareResult) add(task convert.JobSummary) {
	switch task.Outcome {
	case convert.Unchanged:
		r.Unchanged++
	case convert.Written, convert.Planned:
		r.Totals.Add(task.Totals)
	}
}

// summarizeShare shows what became of a share that has ended with err.
func (a *app) summarizeShare(r *shareResult, err error) {
	if err != nil {
		return
	}
	text := fmt.Sprintf("share %d of %d: %s", r.Index, r.Of, human.Plural(int64(r.Tasks), "task"))
	if r.Unchanged > 0 {
		text += fmt.Sprintf(", %d run before", r.Unchanged)
	}
	a.log.Info(text)
}

// summarizeTask shows what became of a task that writes to dest.
func (a *app) summarizeTask(index int, dest string, j convert.JobSummary) {
	of := fmt.Sprintf("task %d, job %s: ", index, j.Job)
	switch j.Outcome {
	case convert.Unchanged:
		a.log.Info(of + "nothing to do, it was run before")
	case convert.Planned:
		a.log.Info(of + conversions.Intention(j.Totals))
		a.log.Info("dry run: nothing was written to " + stdio.Shown(dest))
	case convert.Written:
		a.log.Info(of + conversions.Totals(j.Totals, dest) + "; waits for the commit")
	}
}
