// Package leftovers says what abort and clean have dropped of what runs left, in lines and in the
// members of a JSON object. It drops nothing.
package leftovers

import (
	"fmt"
	"time"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/ledger"
)

// Result is what was dropped, with the members that --json prints.
type Result struct {
	DryRun  bool              `json:"dry_run,omitempty"`
	Dropped []ledger.Leftover `json:"dropped"` // with --dry-run, what would be dropped
	// Replaced are the names, below the destination, of files that were replaced, and of
	// versions of the Delta log, that are deleted.
	Replaced []string `json:"replaced_deleted,omitempty"`
}

// New returns what was dropped or, with dryRun, would be.
func New(dryRun bool, dropped []ledger.Leftover, replaced []string) Result {
	return Result{dryRun, append([]ledger.Leftover{}, dropped...), replaced}
}

// Lines returns a line for each run that left something, and for each file that was replaced.
func (r Result) Lines() []string {
	var all []string
	for _, l := range r.Dropped {
		all = append(all, terminal.Visible(fmt.Sprintf("job %s, fingerprint %s, last written %s: %s", l.Job, l.Fingerprint, l.Modified.UTC().Format(time.RFC3339), contents(int64(l.Pending), int64(l.Tasks))))+"\n")
	}
	for _, name := range r.Replaced {
		all = append(all, terminal.Visible("replaced "+name)+"\n")
	}
	return all
}

// Closing says how much was dropped in all.
func (r Result) Closing() []string {
	var files, tasks int64
	for _, l := range r.Dropped {
		files += int64(l.Pending)
		tasks += int64(l.Tasks)
	}
	dropped, deleted := "dropped", "deleted"
	if r.DryRun {
		dropped, deleted = "dry run: would drop", "dry run: would delete"
	}
	lines := []string{fmt.Sprintf("%s what %s left: %s", dropped, human.Plural(int64(len(r.Dropped)), "run"), contents(files, tasks))}
	if n := int64(len(r.Replaced)); n > 0 {
		lines = append(lines, fmt.Sprintf("%s %s that the Delta table needs no longer", deleted, human.Plural(n, "file")))
	}
	return lines
}

// contents says what runs have left.
func contents(files, tasks int64) string {
	return human.Plural(files, "unpublished file") + ", " + human.Plural(tasks, "finished task")
}
