package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage/s3"
)

// commitCommand is what the flags of commit say.
type commitCommand struct {
	plan   string
	change convert.Change
	s3     s3.Options
	log    logOptions
	json   bool
}

// flags returns the flags of commit, bound to c.
func (c *commitCommand) flags() *commandFlags {
	flags := newCommandFlags("commit")
	flags.group("Commit", func(f *pflag.FlagSet) {
		bindPlan(f, &c.plan)
		f.BoolVar(&c.change.Force, "force", false, "commit again what was committed before, after its tasks were run with --force")
		bindDryRun(f, &c.change.DryRun)
	})
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindNoLock(f, &c.s3)
	})
	flags.messages(&c.log, &c.json)
	return flags
}

// commit runs the command of that name.
func (a *app) commit(ctx context.Context, args []string) error {
	var c commitCommand
	flags := c.flags()
	args, err := a.parse(flags, commitHelp, args)
	if err != nil {
		return err
	}
	if err := checkPlanned(c.plan, args, c.s3); err != nil {
		return flags.usage(err)
	}
	a.setLog(c.log)

	store := openStore(ctx, c.s3)
	plan, err := a.readPlan(ctx, store, c.plan)
	if err != nil {
		return err
	}
	change := c.change
	change.Log = a.log
	summary, err := convert.Commit(ctx, store, plan, change)
	a.summarize(plan.Dest, summary, fmt.Sprintf("%.1f s", summary.Elapsed.Seconds()))
	return a.finish(newConvertResult("commit", plan.Dest, change.DryRun, summary, err), c.json, summary, err)
}
