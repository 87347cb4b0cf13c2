package convert

import (
	"batchreport/convert/storage"
	"batchreport/schema"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// Leftover is what a run has written and not published.
type Leftover struct {
	Job         string    `json:"job"`
	Fingerprint string    `json:"fingerprint"`
	Modified    time.Time `json:"modified"` // when the run last wrote
	Pending     int       `json:"pending"`  // files and uploads
	Tasks       int       `json:"tasks"`    // that have run to their end
}

// runsOf returns the runs whose records lie below dest: those that left a marker
// or anything else pending, and those that were committed, which may have had a
// twin that was not. The error joins what could not be read.
func runsOf(ctx context.Context, store storage.Store, dest string) ([]*destination, error) {
	var runs []*destination
	var errs []error
	seen := map[[2]string]bool{}
	add := func(job, fingerprint string, partitionBy []schema.Column) {
		if at := [2]string{job, fingerprint}; fingerprint != "" && !seen[at] {
			seen[at] = true
			runs = append(runs, &destination{Store: store, folder: dest, job: job, fingerprint: fingerprint, partitionBy: partitionBy})
		}
	}
	root := storage.Join(dest, StateFolder) + "/"
	for info, err := range store.List(ctx, root) {
		if err != nil {
			return runs, errors.Join(append(errs, err)...)
		}
		parts := strings.Split(strings.TrimPrefix(info.Name, root), "/")
		job := parts[0]
		switch {
		case !validJobName(job):
		case len(parts) == 2 && parts[1] == "commit.json":
			at, err := readRegister(ctx, &destination{Store: store, folder: dest, job: job})
			if err != nil {
				errs = append(errs, err)
				continue
			}
			add(job, at.Fingerprint, at.Options.PartitionBy)
		case len(parts) == 4 && parts[1] == "pending" && validFingerprint(parts[2]):
			add(job, parts[2], nil)
		}
	}
	return runs, errors.Join(errs...)
}

// dropUnclaimed drops what is pending of a run, if there is something, its age
// will do, and no commit of it has begun.
func dropUnclaimed(ctx context.Context, d *destination, dryRun bool, old func(modified time.Time) bool) (*Leftover, error) {
	left, err := d.leftovers(ctx)
	if err != nil || left.modified.IsZero() || !old(left.modified) {
		return nil, err
	}
	at, err := readRegister(ctx, d)
	if err != nil {
		return nil, err
	}
	if at.Next != nil && at.Next.Record.Fingerprint == d.fingerprint {
		return nil, fmt.Errorf("drop what is pending of job %s: its commit has begun: run its command again to finish it", d.job)
	}
	l := &Leftover{Job: d.job, Fingerprint: d.fingerprint, Modified: left.modified, Pending: len(left.pendings)}
	for _, name := range left.files {
		if strings.HasPrefix(path.Base(name), "task-") {
			l.Tasks++
		}
	}
	if dryRun {
		return l, nil
	}
	if err := left.drop(ctx); err != nil {
		return nil, err
	}
	return l, nil
}
