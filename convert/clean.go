package convert

import (
	"context"
	"errors"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// Abort drops what the tasks of a plan have written. A commit that has begun
// cannot be aborted, only finished: that is an error, and nothing is dropped of
// that job. One that can never be finished is taken back.
func Abort(ctx context.Context, store storage.Store, p *Plan, change Change) ([]ledger.Leftover, error) {
	c, err := planned(store, p, Run{Change: change})
	if err != nil {
		return nil, err
	}
	var dropped []ledger.Leftover
	var errs []error
	for i := range p.Jobs {
		w := c.work(&p.Jobs[i])
		l, err := w.run.Drop(ctx, change.DryRun, func(time.Time) bool { return true })
		errs = append(errs, err)
		if l != nil {
			dropped = append(dropped, *l)
		}
	}
	return dropped, errors.Join(errs...)
}

// Clean drops what runs below dest have written, not published, and not touched
// since that time: runs that were killed, and others that nobody goes on with. It
// goes by the records that runs leave, never by names alone.
func Clean(ctx context.Context, store storage.Store, dest string, since time.Time, change Change) ([]ledger.Leftover, error) {
	d := &ledger.Destination{Store: store, Folder: dest, Log: Run{Change: change}.withDefaults().Log}
	runs, err := d.Runs(ctx)
	var dropped []ledger.Leftover
	errs := []error{err}
	for _, run := range runs {
		l, err := run.Drop(ctx, change.DryRun, func(modified time.Time) bool { return modified.Before(since) })
		errs = append(errs, err)
		if l != nil {
			dropped = append(dropped, *l)
		}
	}
	return dropped, errors.Join(errs...)
}
