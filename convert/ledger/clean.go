package ledger

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Leftover is what a run has written and not published.
type Leftover struct {
	Job         string    `json:"job"`
	Fingerprint string    `json:"fingerprint"`
	Modified    time.Time `json:"modified"` // when the run last wrote
	Pending     int       `json:"pending"`  // files and uploads
	Tasks       int       `json:"tasks"`    // that have run to their end
}

// Runs returns the runs whose records lie below the destination: those that left a marker
// or anything else pending, and those that were committed, which may have had a
// twin that was not. The error joins what could not be read.
func (d *Dest) Runs(ctx context.Context) ([]*Run, error) {
	var runs []*Run
	var errs []error
	seen := map[[2]string]bool{}
	add := func(job, fingerprint string, partitionBy []schema.Column) {
		if at := [2]string{job, fingerprint}; fingerprint != "" && !seen[at] {
			seen[at] = true
			runs = append(runs, d.Run(job, fingerprint, 0, partitionBy))
		}
	}
	root := storage.Join(d.Folder, StateFolder) + "/"
	for info, err := range d.Store.List(ctx, root) {
		if err != nil {
			return runs, errors.Join(append(errs, err)...)
		}
		parts := strings.Split(strings.TrimPrefix(info.Name, root), "/")
		job := parts[0]
		switch {
		case !table.ValidJob(job):
		case len(parts) == 2 && parts[1] == "commit.json":
			at, err := readRegister(ctx, &destination{Store: d.Store, folder: d.Folder, job: job})
			if err != nil {
				errs = append(errs, err)
				continue
			}
			add(job, at.Fingerprint, at.Options.PartitionBy)
		case len(parts) == 4 && parts[1] == "pending" && table.ValidFingerprint(parts[2]):
			add(job, parts[2], nil)
		}
	}
	return runs, errors.Join(errs...)
}

// Drop drops what is pending of the run, if there is something, its age will do,
// and no commit of it has begun: that is an error. In a dry run it only tells what it
// would drop. It returns nil where there is nothing to drop.
func (r *Run) Drop(ctx context.Context, dryRun bool, old func(modified time.Time) bool) (*Leftover, error) {
	left, err := r.files.leftovers(ctx)
	if err != nil || left.modified.IsZero() || !old(left.modified) {
		return nil, err
	}
	if err := r.Open(ctx); err != nil {
		return nil, err
	}
	if r.at.Next != nil && r.at.Next.Record.Fingerprint == r.files.fingerprint {
		return nil, fmt.Errorf("drop what is pending of job %s: its commit has begun: run its command again to finish it", r.files.job)
	}
	l := &Leftover{Job: r.files.job, Fingerprint: r.files.fingerprint, Modified: left.modified, Pending: len(left.pendings)}
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
