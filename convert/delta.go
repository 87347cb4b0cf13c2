package convert

import (
	"context"
	"time"

	"batchreport/convert/delta"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// BeginLog makes a Delta log of the table in dest from its commit records, if it has none,
// and sees to it that the log says what they say.
func BeginLog(ctx context.Context, store storage.Store, dest string, program string, change Change) (*ledger.LogReport, error) {
	d := &ledger.Destination{
		Store: store, Folder: dest, Program: createdBy + program, Log: Run{Change: change}.withDefaults().Log, Unlocked: change.Unlocked, Delta: true,
	}
	return d.MakeLog(ctx, change.DryRun)
}

// CleanReplaced deletes the files below dest that were replaced before a time, while the
// table had a Delta log, and the versions of the log that nobody asks for any more. It returns the
// names of both or, in a dry run, of what it would delete.
func CleanReplaced(ctx context.Context, store storage.Store, dest string, before time.Time, change Change) ([]string, error) {
	d := &ledger.Destination{Store: store, Folder: dest, Log: Run{Change: change}.withDefaults().Log}
	return d.CleanReplaced(ctx, before, change.DryRun)
}

// KeepReplaced is how long files that were replaced stay where the table has a Delta log,
// unless the user wants otherwise.
const KeepReplaced = delta.KeepRemoved
