package ledger

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"batchreport/convert/table"

	"batchreport/convert/delta"
	"batchreport/convert/storage"
)

// KeptFiles are files of the job, below DEST, that were replaced while the table had a Delta
// log. They stay for readers that began before.
type KeptFiles struct {
	ReplacedAt time.Time `json:"replaced_at"`
	Files      []string  `json:"files"`
}

// keep moves what a record replaces to what it keeps, and takes from that what the record
// has.
func (r *Record) keep(now time.Time) {
	kept := slices.Clone(r.Kept)
	if len(r.Replaces) > 0 {
		kept = append(kept, KeptFiles{now, r.Replaces})
	}
	r.Kept, r.Replaces = without(kept, r.Files()), nil
}

// without returns kept files but for some names, each name once, with the last time at
// which it was replaced.
func without(kept []KeptFiles, names []string) []KeptFiles {
	gone := map[string]bool{}
	for _, name := range names {
		gone[name] = true
	}
	var left []KeptFiles
	for _, k := range slices.Backward(kept) {
		k.Files = slices.DeleteFunc(slices.Clone(k.Files), func(name string) bool {
			was := gone[name]
			gone[name] = true
			return was
		})
		if len(k.Files) > 0 {
			left = append(left, k)
		}
	}
	slices.Reverse(left)
	return left
}

// KeptNames returns the names of the files that a record keeps.
func (r *Record) KeptNames() []string {
	var names []string
	for _, k := range r.Kept {
		names = append(names, k.Files...)
	}
	return names
}

// cleanKept deletes the files of the run's job that were replaced before a time, but for
// those that the log lists. It returns their names or, in a dry run, those that it would delete.
func (r *Run) cleanKept(ctx context.Context, before time.Time, dryRun bool) ([]string, error) {
	if err := r.Open(ctx); err != nil {
		return nil, err
	}
	old := r.register
	if old.Next != nil || len(old.Kept) == 0 {
		return nil, nil // what is under way comes first
	}
	var expired []string
	for _, k := range old.Kept {
		if k.ReplacedAt.Before(before) {
			expired = append(expired, k.Files...)
		}
	}
	expired, err := r.destination.unlisted(ctx, expired)
	if err != nil || len(expired) == 0 || dryRun {
		return expired, err
	}
	next := &Register{Record: old.Record}
	next.Replaces = append(slices.Clone(old.Replaces), expired...)
	next.Kept = without(old.Kept, expired)
	err = r.files.swapRegister(ctx, old, next)
	if errors.Is(err, storage.ErrConflict) {
		return nil, nil // another run has changed it, and knows of them
	}
	if err != nil {
		return nil, err
	}
	r.register, err = r.deleteReplaced(ctx, next)
	return expired, err
}

// unlisted returns those of the names that the newest version of the log does not list.
func (d *Destination) unlisted(ctx context.Context, names []string) ([]string, error) {
	has, err := d.hasLog(ctx)
	if err != nil || !has || len(names) == 0 {
		return names, err
	}
	if d.live == nil {
		s, err := d.deltaLog().Read(ctx)
		if err != nil {
			return nil, err
		}
		live := map[string]bool{}
		if err := d.deltaLog().Files(ctx, s, func(f delta.File) error { live[f.Name] = true; return nil }); err != nil {
			return nil, err
		}
		d.live = live
	}
	return slices.DeleteFunc(names, func(name string) bool { return d.live[name] }), nil
}

// CleanReplaced deletes what was replaced before a time in all jobs, as cleanKept does,
// and then the versions of the log that nobody asks for any more. It returns the names, below
// the destination, or, in a dry run, those that it would delete. The error joins those of jobs.
func (d *Destination) CleanReplaced(ctx context.Context, before time.Time, dryRun bool) ([]string, error) {
	listed, err := d.listRegisters(ctx, true)
	if err != nil {
		return nil, err
	}
	var all []string
	var errs []error
	for _, job := range slices.Sorted(maps.Keys(listed)) {
		if !table.ValidJob(job) {
			continue
		}
		names, err := d.Run(job, "", 0, nil).cleanKept(ctx, before, dryRun)
		all, errs = append(all, names...), append(errs, err)
	}
	if has, err := d.hasLog(ctx); err != nil || !has {
		return all, errors.Join(append(errs, err)...)
	}
	versions, err := d.deltaLog().Expire(ctx, d.now().Add(-delta.KeepVersions), dryRun)
	for _, name := range versions {
		all = append(all, strings.TrimPrefix(name, storage.Join(d.Folder, "")))
	}
	return all, errors.Join(append(errs, err)...)
}
