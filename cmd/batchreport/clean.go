package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/leftovers"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

const cleanHelp = `Usage: batchreport clean [flags] DEST

Drops what runs that failed or were killed left unpublished in DEST, and prints a
line for each. It goes by the records of those runs, never by names alone, and
leaves all else. Of a table with a Delta log it also deletes the files that were
replaced long ago, and the versions of the log that are older than 30 days.

`

// cleanCommand is the command clean, with its command line.
type cleanCommand struct {
	onDest
	olderThan    time.Duration
	keepReplaced time.Duration
	change       convert.Change
}

// bind implements command.
func (c *cleanCommand) bind(flags *commandFlags) {
	c.olderThan = 7 * values.Day // no run takes so long, and whoever wants to resume a failed one has done so by then
	c.keepReplaced = convert.KeepReplaced
	flags.group("Clean", func(f *pflag.FlagSet) {
		f.Func("older-than", "`AGE` since a run last wrote, such as 36h, 7d or 2w; what is younger stays, for its run may be under way (default 7d)", values.Age(&c.olderThan))
		f.Func("keep-replaced", "`AGE` up to which files stay that were replaced while the table had a Delta log, for readers that began before (default 7d)", values.Age(&c.keepReplaced))
		bindDryRun(f, &c.change.DryRun)
	})
	c.common.bind(flags)
}

// run implements command.
func (c *cleanCommand) run(ctx context.Context, a *app, store storage.Store) error {
	if err := c.checkTable(ctx, a, store); err != nil {
		return errors.Join(err, location.RemoveEmpty(c.dest, c.change.DryRun))
	}
	change := c.change
	change.Log = a.log
	dropped, err := convert.Clean(ctx, store, c.dest, time.Now().Add(-c.olderThan), change)
	replaced, err2 := convert.CleanReplaced(ctx, store, c.dest, time.Now().Add(-c.keepReplaced), change)
	err = errors.Join(err, err2, location.RemoveEmpty(c.dest, c.change.DryRun))
	return a.finishDrop("clean", c.dest, c.change.DryRun, dropped, replaced, err)
}

// checkTable reports that DEST holds something else than a table. That there is nothing yet
// is only warned of: clean may be run by the clock, before the first conversion.
func (c *cleanCommand) checkTable(ctx context.Context, a *app, store storage.Store) error {
	isTable, err := location.HasObjects(ctx, store, storage.Join(c.dest, ledger.StateFolder))
	if isTable || err != nil {
		return err
	}
	message := storage.Shown(c.dest) + " is no table: nothing to clean"
	_, err = store.Stat(ctx, c.dest)
	isOther := err == nil && !storage.IsS3(c.dest) // a file
	if !isOther {
		if isOther, err = location.HasObjects(ctx, store, c.dest); err != nil {
			return err
		}
	}
	if isOther {
		return &fault.Hinted{Err: errors.New(message), Hint: "name a DEST that convert wrote to"}
	}
	a.log.Warn(message)
	return nil
}

// leftoversResult is the result of abort and of clean.
type leftoversResult struct {
	result.Header
	leftovers.Result
	result.Problems
}

// Lines implements result.Result.
func (r leftoversResult) Lines() []string { return r.Result.Lines() }

// finishDrop prints what abort or clean has dropped before it ended with err, and
// returns what the command has come to.
func (a *app) finishDrop(command, dest string, dryRun bool, dropped []ledger.Leftover, replaced []string, err error) error {
	r := leftoversResult{result.NewHeader(command, dest), leftovers.New(dryRun, dropped, replaced), a.problems(err)}
	err = errors.Join(err, a.printResult(r))
	for _, line := range r.Closing() {
		a.log.Info(line)
	}
	return err
}
