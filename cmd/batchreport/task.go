package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage/s3"
)

// taskCommand is what the flags of task say.
type taskCommand struct {
	plan  string
	index int
	run   convert.Run
	s3    s3.Options
	log   logOptions
	json  bool
}

// flags returns the flags of task, bound to c.
func (c *taskCommand) flags() *commandFlags {
	flags := newCommandFlags("task")
	c.index = noIndex
	flags.group("Task", func(f *pflag.FlagSet) {
		bindPlan(f, &c.plan)
		f.Func("index", "`NUMBER` of the task in the plan, from 0 (default what AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX says)", index(&c.index))
	})
	flags.group("Run", func(f *pflag.FlagSet) {
		bindRun(f, &c.run)
		f.BoolVar(&c.run.Force, "force", false, "run the task though its job was committed before; commit needs --force too then")
		bindDryRun(f, &c.run.DryRun)
	})
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.json)
	return flags
}

// task runs the command of that name.
func (a *app) task(ctx context.Context, args []string) error {
	var c taskCommand
	flags := c.flags()
	args, err := a.parse(flags, taskHelp, args)
	if err != nil {
		return err
	}
	if c.index == noIndex {
		c.index, err = indexOf(a.env)
	}
	if err := errors.Join(checkPlanned(c.plan, args, c.s3), err); err != nil {
		return flags.usage(err)
	}
	a.setLog(c.log)

	store := openStore(ctx, c.s3)
	plan, err := a.readPlan(ctx, store, c.plan)
	if err != nil {
		return err
	}
	if n := plan.Tasks(); c.index >= n {
		return flags.usage(fmt.Errorf("no task %d: the plan has %d, counted from 0", c.index, n))
	}
	p := &progress{console: a.console, log: a.log, bar: a.hasBar(c.log, plan.Dest)}
	run := c.run
	run.Log, run.OnPlan, run.OnRead = a.log, p.plan, p.read
	summary, err := convert.RunTask(ctx, store, plan, c.index, run)
	p.end()
	a.summarizeTask(c.index, summary)
	if c.json {
		r := taskResult{newResult("task", plan.Dest), run.DryRun, c.index, jobResult{JobSummary: summary}}
		if err != nil {
			r.Error = err.Error()
		}
		err = errors.Join(err, a.printJSON(r))
	}
	return err
}

// summarizeTask shows what became of a task.
func (a *app) summarizeTask(index int, j convert.JobSummary) {
	of := fmt.Sprintf("task %d, job %s: ", index, j.Job)
	switch j.Outcome {
	case convert.Unchanged:
		a.log.Info(of + "nothing to do, it was run before")
	case convert.Planned:
		a.log.Info(of + intention(j.Totals))
		a.log.Info("dry run: nothing was written")
	case convert.Written:
		a.log.Info(of + totals(j.Totals) + "; waits for the commit")
	}
}

// noIndex stands for an index that was not given.
const noIndex = -1

// indexVariables are where schedulers say which task of many is to be run: an
// array job of AWS Batch
// (https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html), an
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

// index takes a number from 0.
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
