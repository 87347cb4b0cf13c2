package main

import (
	"fmt"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/convert"
	"batchreport/convert/storage"
)

// interruptedHint returns what is left of a command that was interrupted, and what to
// do; convert knows better by its summary.
func interruptedHint(command string) string {
	switch command {
	case "task":
		return "what the task wrote is dropped; run it again"
	case "commit":
		return "what the tasks wrote is kept; the same command goes on"
	case "clean", "abort":
		return "the same command drops the rest"
	default:
		return "nothing was changed"
	}
}

// leftOf returns what a run of convert has left that was interrupted, and what to do.
func leftOf(dest string, dryRun bool, s *convert.Summary) string {
	switch {
	case dryRun:
		return "nothing was changed"
	case dest == storage.Stdio:
		return "the rows on standard output are not all"
	}
	stay := ""
	kept, begun, committed := 0, false, int64(0)
	for _, j := range s.Jobs {
		kept, begun = kept+j.Kept, begun || j.Begun
		if j.Outcome == convert.Committed {
			committed++
		}
	}
	if committed > 0 {
		stay = human.Plural(committed, "job") + " committed; "
	}
	dest = storage.Shown(dest)
	switch {
	case begun:
		return stay + "a commit has begun, and some files may be visible; the same command finishes it"
	case kept > 0:
		return fmt.Sprintf("%swhat %s wrote is kept in %s; the same command goes on there, batchreport clean --older-than 0h %s drops it", stay, human.Plural(int64(kept), "finished task"), dest, dest)
	default:
		return stay + "of the rest nothing is left in " + dest + "; the same command converts it"
	}
}
