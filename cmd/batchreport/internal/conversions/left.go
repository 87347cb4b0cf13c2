package conversions

import (
	"fmt"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/convert"
	"batchreport/convert/storage"
)

// LeftOf returns what a run of convert has left that was interrupted, and what to do.
func LeftOf(dest string, dryRun bool, s *convert.Summary) string {
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
