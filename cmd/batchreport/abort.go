package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/location"
	"batchreport/convert"
	"batchreport/convert/storage"
)

const abortHelp = `Usage: batchreport abort --plan FILE [flags]

Drops what the tasks of a plan wrote, and prints a line for each job. What has
been committed stays; a commit that has begun cannot be aborted, only finished,
but for one that can never be.

`

// abortCommand is the command abort, with its command line.
type abortCommand struct {
	planned
	change convert.Change
}

// bind implements command.
func (c *abortCommand) bind(flags *commandFlags) {
	flags.group("Abort", func(f *pflag.FlagSet) {
		c.bindPlan(f)
		bindDryRun(f, &c.change.DryRun)
	})
	c.common.bind(flags)
}

// run implements command.
func (c *abortCommand) run(ctx context.Context, a *app, store storage.Store) error {
	plan, err := c.readPlan(ctx, a, store)
	if err != nil {
		return err
	}
	change := c.change
	change.Log = a.log
	dropped, err := convert.Abort(ctx, store, plan, change)
	err = errors.Join(err, location.RemoveEmpty(plan.Dest, c.change.DryRun))
	return a.finishDrop("abort", plan.Dest, c.change.DryRun, dropped, nil, err)
}
