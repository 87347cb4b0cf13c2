package main

import (
	"errors"
	"fmt"
	"slices"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// finish prints the result of a run of convert or commit that ended with err, and
// returns what the run has come to.
func (a *app) finish(command, dest string, dryRun bool, failOn []threshold.Rule, s *convert.Summary, err error) error {
	verdicts := a.judge(failOn, allRows(s))
	result := a.newConvertResult(command, dest, dryRun, s, err)
	result.FailOn = verdicts
	return outcome(errors.Join(err, a.printResult(result)), verdicts, rejected(s))
}

// outcome returns what a run has come to that ended with err: which of the exit codes
// goes before which.
func outcome(err error, verdicts []threshold.Verdict, rejected bool) error {
	switch {
	case err != nil:
		return err
	case threshold.AnyPassed(verdicts):
		return exit.ErrThreshold
	case rejected:
		return exit.ErrRejects
	}
	return nil
}

// allRows returns what thresholds judge: the jobs that are in the table or about to be,
// also those that were before.
func allRows(s *convert.Summary) *threshold.Counted {
	c := &threshold.Counted{}
	for _, j := range s.Jobs {
		if j.Outcome != convert.Failed {
			c.Add(j.Job, j.Totals, j.ErrorCodes)
		}
	}
	return c
}

// summarize shows what a run that wrote to dest did, and the pace that it is told.
func (a *app) summarize(dest string, s *convert.Summary, pace string) {
	done, planned, unchanged := 0, 0, 0
	for _, j := range s.Jobs {
		switch j.Outcome {
		case convert.Committed:
			done++
		case convert.Planned:
			planned++
		case convert.Unchanged:
			unchanged++
		}
		switch {
		case j.Outcome == convert.Unchanged:
			a.log.Info("job " + j.Job + ": unchanged, it was converted before")
		case j.Outcome == convert.Failed:
			continue // its error is reported elsewhere
		case j.Outcome == convert.Planned:
			a.log.Info("job " + j.Job + ": " + intention(j.Totals) + replaced("would replace", j))
		case j.Totals.Files == 0:
			a.log.Info("job " + j.Job + ": the report is empty: it names no result files")
		case len(s.Jobs) > 1:
			a.log.Info("job " + j.Job + ": " + totals(j.Totals, "") + replaced("replaced", j))
		}
		if j.Replaced != nil && j.Replaced.Change != "" && j.Outcome == convert.Committed {
			a.log.Info("job " + j.Job + ": " + j.Replaced.Change + ": run batchreport ddl again")
		}
		a.warn(dest, j)
	}
	jobs := ""
	if len(s.Jobs) > 1 {
		jobs = fmt.Sprintf("%d of %d jobs: ", done+planned, len(s.Jobs))
	}
	switch {
	case planned > 0:
		a.log.Info("dry run: " + jobs + input(s.Totals) + "; nothing was written to " + stdio.Shown(dest))
	case s.Totals.Files > 0:
		a.log.Info(jobs + totals(s.Totals, dest) + allReplaced(s) + "; " + pace)
	case unchanged > 0 && unchanged == len(s.Jobs):
		a.log.Info("nothing to do: " + stdio.Shown(dest) + " has all of it")
	case done > 0:
		a.log.Info(stdio.Shown(dest) + " has no rows of it")
	}
}

// replaced returns what the commit of a job replaced, or would replace.
func replaced(verb string, j convert.JobSummary) string {
	if j.Replaced == nil {
		return ""
	}
	return fmt.Sprintf("; %s %s of fingerprint %s", verb, human.Plural(int64(j.Replaced.Files), "file"), j.Replaced.Fingerprint)
}

// allReplaced is replaced for all jobs that a run committed.
func allReplaced(s *convert.Summary) string {
	var files, jobs int64
	for _, j := range s.Jobs {
		if j.Outcome == convert.Committed && j.Replaced != nil {
			files, jobs = files+int64(j.Replaced.Files), jobs+1
		}
	}
	switch {
	case jobs == 0:
		return ""
	case len(s.Jobs) == 1:
		return replaced("replaced", s.Jobs[0])
	default:
		return fmt.Sprintf("; replaced %s of %s", human.Plural(files, "file"), human.Plural(jobs, "job"))
	}
}

// pace returns how long a run took, and how fast it read.
func pace(s *convert.Summary) string {
	seconds := max(s.Elapsed.Seconds(), 0.001)
	return fmt.Sprintf("%.1f s, %s/s", seconds, human.Bytes(int64(float64(s.Totals.BytesIn)/seconds)))
}

// warn shows what is odd about a job.
func (a *app) warn(dest string, j convert.JobSummary) {
	if n := j.Totals.Contradicting; n > 0 {
		a.log.Warn(fmt.Sprintf("job %s: %s with another TaskStatus than the manifest gives for the file", j.Job, human.Plural(n, "row")))
	}
	if n := j.Totals.Recovered; n > 0 {
		a.log.Warn(fmt.Sprintf("job %s: %s with a lone quote: where the next line is a row by itself, they end before it", j.Job, human.Plural(n, "row")))
	}
	if n := j.Totals.Misfits; n > 0 {
		a.log.Warn(fmt.Sprintf("job %s: %s did not fit the type of an extracted column and became null", j.Job, human.Plural(n, "value")))
	}
	for _, r := range j.Rejects {
		a.log.Warn(fmt.Sprintf("job %s: %s rejected: see %s", j.Job, human.Plural(r.Rows, "row"), storage.Join(dest, r.Name)))
	}
}

// intention returns what a run would do with a job: read it, or publish what tasks
// have made of it.
func intention(t ledger.Totals) string {
	if t.Parts > 0 {
		return "would be committed: " + totals(t, "")
	}
	return "would be converted: " + input(t)
}

// input returns how much there is to read.
func input(t ledger.Totals) string {
	return human.Plural(t.Files, "file") + ", " + human.Bytes(t.BytesIn)
}

// totals returns how much was read and how much was written, and where to if dest is
// not empty.
func totals(t ledger.Totals, dest string) string {
	switch dest {
	case "":
	case storage.Stdio:
		dest = ", on " + stdio.Shown(dest)
	default:
		dest = ", in " + stdio.Shown(dest)
	}
	unverified := ""
	if t.Unverified > 0 {
		unverified = ", not verified"
	}
	return fmt.Sprintf("read %s from %s, %s%s; wrote %s to %s, %s%s: %s succeeded, %s failed; %s rejected",
		human.Plural(t.RowsIn, "row"), human.Plural(t.Files, "file"), human.Bytes(t.BytesIn), unverified,
		human.Plural(t.RowsOut, "row"), human.Plural(t.Parts, "file"), human.Bytes(t.BytesOut), dest,
		human.Comma(t.Succeeded), human.Comma(t.Failed), human.Comma(t.Rejected))
}

// rejected reports whether a job that is done has rejected rows.
func rejected(s *convert.Summary) bool {
	return slices.ContainsFunc(s.Jobs, func(j convert.JobSummary) bool {
		return j.Outcome != convert.Failed && j.Totals.Rejected > 0
	})
}
