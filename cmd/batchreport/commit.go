package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage"
)

const commitHelp = `Usage: batchreport commit --plan FILE [flags]

Publishes what the tasks of a plan wrote, once all of them have been run. It is
as convert in all else: committing again changes nothing, and after a crash the
same command goes on.

`

// commitCommand is the command commit, with its command line.
type commitCommand struct {
	planned
	change convert.Change
	failOn []threshold
}

// bind implements command.
func (c *commitCommand) bind(flags *commandFlags) {
	flags.group("Commit", func(f *pflag.FlagSet) {
		c.bindPlan(f)
		f.BoolVar(&c.change.Force, "force", false, "commit again what was committed before, after its tasks were run with --force")
		bindDelta(f, &c.change.Delta)
		bindMixedLayout(f, &c.change.MixedLayout)
		bindDryRun(f, &c.change.DryRun)
		bindFailOn(f, &c.failOn)
	})
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Write(f, &c.s3)
		bindNoLock(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// run implements command.
func (c *commitCommand) run(ctx context.Context, a *app, store storage.Store) error {
	plan, err := c.readPlan(ctx, a, store)
	if err != nil {
		return err
	}
	change := c.change
	change.Log, change.Unlocked = a.log, c.s3.NoLock
	defer tidying(plan.Dest)()
	summary, err := convert.Commit(ctx, store, plan, change)
	a.summarize(plan.Dest, summary, fmt.Sprintf("%.1f s", summary.Elapsed.Seconds()))
	return a.finish("commit", plan.Dest, change.DryRun, c.failOn, summary, err)
}
