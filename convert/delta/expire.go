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
// checkpoint that is no newer than the version of that time. It returns their names or, in
// a dry run, those that it would delete.
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
	// The oldest first, so that one that is killed leaves no gap.
	for _, o := range append(all.versions, all.checkpoints...) {
		if o.version >= keep {
			continue
		}
		names = append(names, o.name)
		if !dryRun {
			if err := l.Store.Delete(ctx, o.name); err != nil {
				return names, err
			}
		}
	}
	return names, nil
}
