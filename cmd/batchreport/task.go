package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage"
)

const taskHelp = `Usage: batchreport task --plan FILE [--index NUMBER] [flags]

Runs one task of a plan. What it writes is not visible before commit. A task that
was run before is not run again. A task with rejected rows exits 0: commit counts
them.

`

// taskCommand is the command task, with its command line.
type taskCommand struct {
	planned
	index   int
	options convert.Run
}

// bind implements command.
func (c *taskCommand) bind(flags *commandFlags) {
	c.index = noIndex
	flags.group("Task", func(f *pflag.FlagSet) {
		c.bindPlan(f)
		f.Func("index", "`NUMBER` of the task in the plan, from 0 (default what AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX says)", index(&c.index))
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
	if c.index == noIndex {
		var unknown error
		c.index, unknown = indexOf(line.env)
		err = errors.Join(err, unknown)
	}
	return err
}

// run implements command.
func (c *taskCommand) run(ctx context.Context, a *app, store storage.Store) error {
	opened, err := c.openPlan(ctx, a, store)
	if err != nil {
		return err
	}
	if n := opened.Header().Totals.Tasks; c.index >= n {
		return &usageError{command: "task", err: fmt.Errorf("no task %d: the plan has %d, counted from 0", c.index, n)}
	}
	plan, err := opened.Part(ctx, c.index)
	if err != nil {
		return err
	}
	p := a.newProgress("converting", plan.Dest)
	o := c.options
	o.Log, o.OnPlan, o.OnRead = a.log, p.plan, p.read
	defer tidying(plan.Dest)()
	summary, err := convert.RunTask(ctx, store, plan, c.index, o)
	p.end()
	a.summarizeTask(c.index, plan.Dest, summary)
	r := taskResult{newHeader("task", plan.Dest), o.DryRun, c.index, jobResult{JobSummary: summary}}
	if err != nil {
		r.Error, r.Hint = a.redact(err.Error()), a.redact(hint(err))
	}
	return errors.Join(err, a.printResult(r))
}

// taskResult is the result of task.
type taskResult struct {
	header
	DryRun bool `json:"dry_run,omitempty"`
	Index  int  `json:"index"` // counts the tasks of all jobs of the plan
	jobResult
}

// summarizeTask shows what became of a task that writes to dest.
func (a *app) summarizeTask(index int, dest string, j convert.JobSummary) {
	of := fmt.Sprintf("task %d, job %s: ", index, j.Job)
	switch j.Outcome {
	case convert.Unchanged:
		a.log.Info(of + "nothing to do, it was run before")
	case convert.Planned:
		a.log.Info(of + intention(j.Totals))
		a.log.Info("dry run: nothing was written to " + shownDest(dest))
	case convert.Written:
		a.log.Info(of + totals(j.Totals, dest) + "; waits for the commit")
	}
}

// noIndex is the index of a command line that has none.
const noIndex = -1

// indexVariables returns the variables by which schedulers say which task of many is
// to be run: those of an array job of AWS Batch
// (https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html) and of an
// indexed job of Kubernetes
// (https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode).
func indexVariables() []string { return []string{"AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX"} }

// indexOf returns the index of the task that a scheduler asks for.
func indexOf(env func(string) (string, bool)) (int, error) {
	found, where := noIndex, ""
	for _, name := range indexVariables() {
		text, ok := env(name)
		if !ok || text == "" {
			continue
		}
		n := 0
		if err := index(&n)(text); err != nil {
			return 0, fmt.Errorf("%s: %q is %w", name, text, err)
		}
		if where != "" && n != found {
			return 0, fmt.Errorf("%s says %d and %s %d: --index says which it is", where, found, name, n)
		}
		found, where = n, name
	}
	if where == "" {
		return 0, errors.New("--index is needed where neither AWS_BATCH_JOB_ARRAY_INDEX nor JOB_COMPLETION_INDEX is set")
	}
	return found, nil
}

// index accepts a number from 0.
func index(to *int) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return errors.New("not a number from 0")
		}
		*to = n
		return nil
	}
}
