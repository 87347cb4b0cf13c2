package conversions

import (
	"testing"

	"batchreport/convert"
	"batchreport/convert/storage"
)

// TestLeftOf checks what an interrupted run says that it has left, and what to do.
func TestLeftOf(t *testing.T) {
	t.Parallel()
	job := func(o convert.Outcome, kept int, begun bool) convert.JobSummary {
		return convert.JobSummary{Outcome: o, Kept: kept, Begun: begun}
	}
	for _, test := range []struct {
		name, dest string
		dryRun     bool
		jobs       []convert.JobSummary
		want       string
	}{
		{"nothing", "out", false, nil, "of the rest nothing is left in out; the same command converts it"},
		{"kept", "out", false, []convert.JobSummary{job(convert.Failed, 3, false)}, "what 3 finished tasks wrote is kept in out; the same command goes on there, batchreport clean --older-than 0h out drops it"},
		{"some are done", "s3://b/t", false, []convert.JobSummary{job(convert.Committed, 0, false), job(convert.Unchanged, 0, false), job(convert.Failed, 0, false)}, "1 job committed; of the rest nothing is left in s3://b/t; the same command converts it"},
		{"begun", "out", false, []convert.JobSummary{job(convert.Failed, 0, true)}, "a commit has begun, and some files may be visible; the same command finishes it"},
		{"dry run", "out", true, nil, "nothing was changed"},
		{"rows", storage.Stdio, false, nil, "the rows on standard output are not all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := LeftOf(test.dest, test.dryRun, &convert.Summary{Jobs: test.jobs}); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
