package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/conversions"
	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

const commitHelp = `Usage: batchreport commit --plan FILE [flags]

Publishes what the tasks of a plan wrote, once all of them have been run. It is
as convert in all else: committing again changes nothing, and after a crash the
same command goes on. --wait lets it be started together with the tasks.

`

// commitCommand is the command commit, with its command line.
type commitCommand struct {
	planned
	change    convert.Change
	failOn    []threshold.Rule
	rejectsOK bool
	wait      time.Duration
}

// bind implements command.
func (c *commitCommand) bind(flags *commandFlags) {
	flags.group("Commit", func(f *pflag.FlagSet) {
		c.bindPlan(f)
		f.BoolVar(&c.change.Force, "force", false, "commit again what was committed before, after its tasks were run with --force")
		bindDelta(f, &c.change.Delta)
		bindMixedLayout(f, &c.change.MixedLayout)
		bindDryRun(f, &c.change.DryRun)
		f.Func("wait", "`TIME` to wait for tasks that have not ended, such as 90m, 36h or 7d; whether they have is looked at now and then, for a twentieth of the time at most (default not at all)", values.Age(&c.wait))
		bindFailOn(f, &c.failOn)
		f.BoolVar(&c.rejectsOK, "rejects-ok", false, "exit 0 where all was done but for rows that were rejected, as --max-rejects allows; no other exit code changes")
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
	p, err := c.readPlan(ctx, a, store)
	if err != nil {
		return err
	}
	change := c.change
	change.Log, change.Unlocked = a.log, c.s3.NoLock
	defer location.Tidying(p.Dest)()
	summary, err := c.commit(ctx, a, store, p, change)
	conversions.Log(a.log, p.Dest, summary, fmt.Sprintf("%.1f s", summary.Elapsed.Seconds()))
	err = a.finish("commit", p.Dest, change.DryRun, c.failOn, summary, err)
	if c.rejectsOK && errors.Is(err, exit.ErrRejects) {
		return nil
	}
	return err
}

// The pause between two looks at whether all tasks have ended: the least, and how many
// times as long as a look.
const (
	leastPause   = time.Second
	pauseForLook = 20
)

// commit commits a plan. With --wait it does so when all tasks have ended, if that is in time.
func (c *commitCommand) commit(ctx context.Context, a *app, store storage.Store, p *plan.Plan, change convert.Change) (*convert.Summary, error) {
	begin := time.Now()
	for waits := false; ; waits = true {
		looked := time.Now()
		summary, err := convert.Commit(ctx, store, p, change)
		pause := max(leastPause, pauseForLook*time.Since(looked))
		left := c.wait - time.Since(begin)
		if left <= 0 || !unfinished(err) {
			return summary, err
		}
		if !waits {
			a.log.Info("waiting for tasks that have not ended", "for", c.wait)
		}
		select {
		case <-ctx.Done():
			return summary, context.Cause(ctx)
		case <-time.After(min(pause, left)):
		}
	}
}

// unfinished reports whether err is about tasks that have not ended, and nothing else.
func unfinished(err error) bool {
	if err == nil {
		return false
	}
	for _, e := range fault.Split(err) {
		if u := (*convert.UnfinishedError)(nil); !errors.As(e, &u) {
			return false
		}
	}
	return true
}
