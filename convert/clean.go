package convert

import (
	"context"
	"errors"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

// Abort drops what the tasks of a plan have written, and returns what that was, for each
// job that had something. A commit that has begun cannot be aborted, only finished:
// that is an error, and nothing is dropped of that job. One that can never be finished
// is taken back. The error joins those of all jobs.
func Abort(ctx context.Context, store storage.Store, p *plan.Plan, change Change) ([]ledger.Leftover, error) {
	c, err := planned(store, p, Run{Change: change})
	if err != nil {
		return nil, err
	}
	if p.IsPart() {
		return nil, errPart
	}
	var dropped []ledger.Leftover
	var errs []error
	for i := range c.plan.Jobs {
		w := c.work(&c.plan.Jobs[i])
		l, err := w.run.Drop(ctx, change.DryRun, func(time.Time) bool { return true })
		errs = append(errs, err)
		if l != nil {
			dropped = append(dropped, *l)
		}
	}
	return dropped, errors.Join(errs...)
}

// Clean drops what runs below dest have written, not published, and not touched since
// that time, by the store's clock: what was left by runs that were killed, and by others
// that nobody goes on with. It returns what that was. It goes by the records that runs
// leave there, never by names alone. Only since tells a run that was killed from one
// that is still under way: choose it longer ago than a task takes.
// The error joins what could not be read or dropped.
func Clean(ctx context.Context, store storage.Store, dest string, since time.Time, change Change) ([]ledger.Leftover, error) {
	d := &ledger.Destination{Store: store, Folder: dest, Log: Run{Change: change}.withDefaults().Log}
	runs, err := d.Runs(ctx)
	var dropped []ledger.Leftover
	errs := []error{err}
	old := func(modified time.Time) bool { return modified.Before(since) }
	for _, run := range runs {
		l, err := run.Drop(ctx, change.DryRun, old)
		errs = append(errs, err)
		if l != nil {
			dropped = append(dropped, *l)
		}
	}
	if !change.DryRun {
		errs = append(errs, d.DropSwaps(ctx, old))
	}
	return dropped, errors.Join(errs...)
}
