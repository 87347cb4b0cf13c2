package main

import (
	"errors"
	"fmt"
	"time"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/ledger"
)

// leftoversResult is the result of abort and of clean.
type leftoversResult struct {
	header
	DryRun  bool              `json:"dry_run,omitempty"`
	Dropped []ledger.Leftover `json:"dropped"` // with --dry-run, what would be dropped
	// Replaced are the names, below the destination, of files that were replaced, and of
	// versions of the Delta log, that are deleted.
	Replaced []string `json:"replaced_deleted,omitempty"`
	problems
}

// lines implements result: each run that left something is a line.
func (r leftoversResult) lines() []string {
	var all []string
	for _, l := range r.Dropped {
		all = append(all, terminal.Visible(fmt.Sprintf("job %s, fingerprint %s, last written %s: %s", l.Job, l.Fingerprint, l.Modified.UTC().Format(time.RFC3339), contents(int64(l.Pending), int64(l.Tasks))))+"\n")
	}
	for _, name := range r.Replaced {
		all = append(all, terminal.Visible("replaced "+name)+"\n")
	}
	return all
}

// finishDrop prints what abort or clean has dropped before it ended with err, and
// returns what the command has come to.
func (a *app) finishDrop(command, dest string, dryRun bool, dropped []ledger.Leftover, replaced []string, err error) error {
	r := leftoversResult{newHeader(command, dest), dryRun, append([]ledger.Leftover{}, dropped...), replaced, a.problems(err)}
	err = errors.Join(err, a.printResult(r))
	var files, tasks int64
	for _, l := range dropped {
		files += int64(l.Pending)
		tasks += int64(l.Tasks)
	}
	did := "dropped"
	if dryRun {
		did = "dry run: would drop"
	}
	a.log.Info(fmt.Sprintf("%s what %s left: %s", did, human.Plural(int64(len(dropped)), "run"), contents(files, tasks)))
	if n := int64(len(replaced)); n > 0 {
		did = "deleted"
		if dryRun {
			did = "dry run: would delete"
		}
		a.log.Info(fmt.Sprintf("%s %s that the Delta table needs no longer", did, human.Plural(n, "file")))
	}
	return err
}

// contents says what runs have left.
func contents(files, tasks int64) string {
	return human.Plural(files, "unpublished file") + ", " + human.Plural(tasks, "finished task")
}
