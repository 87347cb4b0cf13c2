package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dustin/go-humanize"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// finish prints the result of a run of convert or commit that ended with err, and
// returns what the run has come to.
func (a *app) finish(command, dest string, dryRun bool, s *convert.Summary, err error) error {
	err = errors.Join(err, a.printResult(newConvertResult(command, dest, dryRun, s, err)))
	if err == nil && rejected(s) {
		err = errRejects
	}
	return err
}

// summarize shows what a run that wrote to dest did, and the pace that it is told.
func (a *app) summarize(dest string, s *convert.Summary, pace string) {
	done, planned := 0, 0
	for _, j := range s.Jobs {
		switch j.Outcome {
		case convert.Committed:
			done++
		case convert.Planned:
			planned++
		}
		switch {
		case j.Outcome == convert.Unchanged:
			a.log.Info("job " + j.Job + ": unchanged, it was converted before")
		case j.Outcome == convert.Failed:
			continue // its error is reported elsewhere
		case j.Outcome == convert.Planned:
			a.log.Info("job " + j.Job + ": " + intention(j.Totals))
		case j.Totals.Files == 0:
			a.log.Info("job " + j.Job + ": the report is empty: it names no result files")
		case len(s.Jobs) > 1:
			a.log.Info("job " + j.Job + ": " + totals(j.Totals))
		}
		a.warn(dest, j)
	}
	jobs := ""
	if len(s.Jobs) > 1 {
		jobs = fmt.Sprintf("%d of %d jobs: ", done+planned, len(s.Jobs))
	}
	switch {
	case planned > 0:
		a.log.Info("dry run: " + jobs + input(s.Totals) + "; nothing was written")
	case s.Totals.Files > 0:
		a.log.Info(jobs + totals(s.Totals) + "; " + pace)
	}
}

// pace returns how long a run took, and how fast it read.
func pace(s *convert.Summary) string {
	seconds := max(s.Elapsed.Seconds(), 0.001)
	return fmt.Sprintf("%.1f s, %s/s", seconds, humanBytes(int64(float64(s.Totals.BytesIn)/seconds)))
}

// warn shows what is odd about a job.
func (a *app) warn(dest string, j convert.JobSummary) {
	if n := j.Totals.Contradicting; n > 0 {
		a.log.Warn(fmt.Sprintf("job %s: %s with another TaskStatus than the manifest gives for the file", j.Job, plural(n, "row")))
	}
	if n := j.Totals.Recovered; n > 0 {
		a.log.Warn(fmt.Sprintf("job %s: %s with a lone quote: where the next line is a row by itself, they end before it", j.Job, plural(n, "row")))
	}
	if n := j.Totals.Misfits; n > 0 {
		a.log.Warn(fmt.Sprintf("job %s: %s did not fit the type of an extracted column and became null", j.Job, plural(n, "value")))
	}
	for _, r := range j.Rejects {
		a.log.Warn(fmt.Sprintf("job %s: %s rejected: see %s", j.Job, plural(r.Rows, "row"), storage.Join(dest, r.Name)))
	}
}

// intention returns what a run would do with a job: read it, or publish what tasks
// have made of it.
func intention(t ledger.Totals) string {
	if t.Parts > 0 {
		return "would be committed: " + totals(t)
	}
	return "would be converted: " + input(t)
}

// input returns how much there is to read.
func input(t ledger.Totals) string {
	return plural(t.Files, "file") + ", " + humanBytes(t.BytesIn)
}

// totals returns how much was read and how much was written.
func totals(t ledger.Totals) string {
	unverified := ""
	if t.Unverified > 0 {
		unverified = ", not verified"
	}
	return fmt.Sprintf("read %s from %s, %s%s; wrote %s to %s, %s: %s succeeded, %s failed; %s rejected",
		plural(t.RowsIn, "row"), plural(t.Files, "file"), humanBytes(t.BytesIn), unverified,
		plural(t.RowsOut, "row"), plural(t.Parts, "file"), humanBytes(t.BytesOut),
		humanize.Comma(t.Succeeded), humanize.Comma(t.Failed), humanize.Comma(t.Rejected))
}

// plural returns a number with its noun, such as "1 row" or "2 rows".
func plural(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return humanize.Comma(n) + " " + noun
}

// rejected reports whether a job that is done has rejected rows.
func rejected(s *convert.Summary) bool {
	return slices.ContainsFunc(s.Jobs, func(j convert.JobSummary) bool {
		return j.Outcome != convert.Failed && j.Totals.Rejected > 0
	})
}
