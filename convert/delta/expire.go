package delta

import (
	"context"
	"time"
)

// KeepVersions is how long versions stay, for readers that ask for the table as it was: as
// long as others keep them by default (the property delta.logRetentionDuration).
const KeepVersions = 30 * 24 * time.Hour

// Expire deletes the versions and checkpoints that no reader needs who asks for the table as it was
// at a time or later, by the store's clock ("Metadata Cleanup"): those before the newest
// checkpoint that is no newer than the version of that time. It also deletes what processes
// that were killed have left on disk a day ago or earlier. It returns the names or, in a
// dry run, those that it would delete.
func (l *Log) Expire(ctx context.Context, since time.Time, dryRun bool) ([]string, error) {
	all, err := l.list(ctx)
	if err != nil {
		return nil, err
	}
	cutoff := int64(-1)
	for _, v := range all.versions {
		if !v.modified.After(since) {
			cutoff = max(cutoff, v.version)
		}
	}
	keep := int64(-1)
	for _, c := range all.checkpoints {
		if c.version <= cutoff {
			keep = c.version
		}
	}
	var names []string
	remove := func(o object) error {
		names = append(names, o.name)
		if dryRun {
			return nil
		}
		return l.Store.Delete(ctx, o.name)
	}
	for _, o := range all.left {
		if o.modified.Before(l.now().Add(-24 * time.Hour)) {
			if err := remove(o); err != nil {
				return names, err
			}
		}
	}
	// The oldest first, so that one that is killed leaves no gap.
	for _, o := range append(all.versions, all.checkpoints...) {
		if o.version >= keep {
			continue
		}
		if err := remove(o); err != nil {
			return names, err
		}
	}
	return names, nil
}
