package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Leftover is what a run has written and not published.
type Leftover struct {
	Job         string    `json:"job"`
	Fingerprint string    `json:"fingerprint"`
	Modified    time.Time `json:"modified"` // when the run last wrote
	Pending     int       `json:"pending"`  // files and uploads
	Tasks       int       `json:"tasks"`    // that have run to their end
}

// Drop drops what is pending of the run and of its twins, if there is something
// and old says so of the time at which it last changed. It returns what it dropped
// or, in a dry run, would drop; nil if there is nothing. A commit of the run that
// has begun is an error: it can only be finished.
func (r *Run) Drop(ctx context.Context, dryRun bool, old func(modified time.Time) bool) (*Leftover, error) {
	left, err := r.files.leftovers(ctx, nil)
	if err != nil {
		return nil, err
	}
	log := r.destination.Log.With("job", r.files.job, "fingerprint", r.files.fingerprint)
	switch {
	case left.modified.IsZero():
		log.Debug("left nothing")
		return nil, nil
	case !old(left.modified):
		log.Debug("has left something, which is too young", "modified", left.modified.UTC())
		return nil, nil
	}
	log.Debug("has left something", "modified", left.modified.UTC(), "pending", len(left.pendings), "tasks", left.tasks())
	if err := r.Open(ctx); err != nil {
		return nil, err
	}
	l := &Leftover{Job: r.files.job, Fingerprint: r.files.fingerprint, Modified: left.modified, Pending: len(left.pendings), Tasks: left.tasks()}
	if next := r.register.Next; next != nil && next.Record.Fingerprint == r.files.fingerprint {
		try := r.tryPublish(ctx, next)
		lost := (*LostError)(nil)
		never := r.register.Withdrawn || errors.Is(try, storage.ErrImpossible) || errors.As(try, &lost)
		if never && dryRun {
			return l, nil
		}
		if never {
			return l, r.giveUp(ctx)
		}
		return nil, fmt.Errorf("drop what is pending of job %s: its commit has begun: run its command again to finish it", r.files.job)
	}
	if dryRun {
		return l, nil
	}
	if err := left.drop(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// giveUp takes back the commit of the run, which can never be finished.
func (r *Run) giveUp(ctx context.Context) error {
	var err error
	if r.register.Withdrawn {
		_, err = r.takeBack(ctx, r.register, nil)
	} else {
		_, err = r.withdraw(ctx, r.register, nil)
	}
	if withdrawn := (*WithdrawnError)(nil); errors.As(err, &withdrawn) {
		return nil
	}
	return err
}

// DropSwaps drops what commit records that were being written by a process that was killed
// have left on disk, if old says so of the time at which it was written. The next write
// of the record would take it away too.
func (d *Destination) DropSwaps(ctx context.Context, old func(modified time.Time) bool) error {
	if storage.IsS3(d.Folder) {
		return nil // where a record is written whole, or not
	}
	root := storage.Join(d.Folder, StateFolder) + "/"
	var left []string
	for info, err := range storage.BulkOf(d.Store).ListShallow(ctx, root, 1) {
		if err != nil {
			return err
		}
		job, file, _ := strings.Cut(strings.TrimPrefix(info.Name, root), "/")
		if file == registerFile+swapEnding && table.ValidJob(job) && old(info.Modified) {
			left = append(left, info.Name)
		}
	}
	for _, name := range left {
		d.Log.Debug("drops what a process that was killed left of a commit record", "name", name)
		if err := d.Store.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// IsMade reports whether a run makes a folder of that name below StateFolder, and
// leaves nothing in it once all of it is over.
func IsMade(name string) bool {
	parts := strings.Split(name, "/")
	if !table.ValidJob(parts[0]) {
		return false
	}
	switch len(parts) {
	case 1:
		return true
	case 2:
		return parts[1] == "pending" || parts[1] == "rejects"
	default:
		return len(parts) == 3 && parts[1] == "pending" && table.ValidFingerprint(parts[2])
	}
}
