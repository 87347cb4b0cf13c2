package main

import (
	"context"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage/s3"
)

// abortCommand is what the flags of abort say.
type abortCommand struct {
	plan   string
	change convert.Change
	s3     s3.Options
	log    logOptions
	json   bool
}

// flags returns the flags of abort, bound to c.
func (c *abortCommand) flags() *commandFlags {
	flags := newCommandFlags("abort")
	flags.group("Abort", func(f *pflag.FlagSet) {
		bindPlan(f, &c.plan)
		bindDryRun(f, &c.change.DryRun)
	})
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.json)
	return flags
}

// abort runs the command of that name.
func (a *app) abort(ctx context.Context, args []string) error {
	var c abortCommand
	flags := c.flags()
	args, err := a.parse(flags, abortHelp, args)
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
	dropped, err := convert.Abort(ctx, store, plan, c.change)
	return a.dropped(leftoversResult{newResult("abort", plan.Dest), c.change.DryRun, dropped, messages(err)}, c.json, err)
}
