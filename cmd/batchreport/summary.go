package main

import (
	"fmt"
	"slices"

	"github.com/dustin/go-humanize"

	"batchreport/convert"
	"batchreport/convert/storage"
)

// summarize shows what a run that wrote to dest did.
func (a *app) summarize(dest string, s *convert.Summary) {
	converted := 0
	for _, j := range s.Jobs {
		if j.Outcome == convert.Committed {
			converted++
		}
		switch {
		case j.Outcome == convert.Unchanged:
			a.log.Info("job " + j.Job + ": unchanged, it was converted before")
		case j.Outcome == convert.Failed:
			continue // its error says all
		case j.Totals.Files == 0:
			a.log.Info("job " + j.Job + ": the report is empty: it names no result files")
		case len(s.Jobs) > 1:
			a.log.Info("job " + j.Job + ": " + totals(j.Totals))
		}
		if n := j.Totals.Contradicting; n > 0 {
			a.log.Warn(fmt.Sprintf("job %s: %s with another TaskStatus than the manifest gives for the file", j.Job, plural(n, "row")))
		}
		if n := j.Totals.Misfits; n > 0 {
			a.log.Warn(fmt.Sprintf("job %s: %s did not fit the type of an extracted column and became null", j.Job, plural(n, "value")))
		}
		for _, r := range j.Rejects {
			a.log.Warn(fmt.Sprintf("job %s: %s rejected: see %s", j.Job, plural(r.Rows, "row"), storage.Join(dest, r.Name)))
		}
	}
	if s.Totals.Files > 0 {
		jobs := ""
		if len(s.Jobs) > 1 {
			jobs = fmt.Sprintf("%d of %d jobs: ", converted, len(s.Jobs))
		}
		seconds := max(s.Elapsed.Seconds(), 0.001)
		a.log.Info(fmt.Sprintf("%s%s; %.1f s, %s/s", jobs, totals(s.Totals), seconds, humanBytes(int64(float64(s.Totals.BytesIn)/seconds))))
	}
}

// totals says what went in and what came out.
func totals(t convert.Totals) string {
	return fmt.Sprintf("read %s from %s, %s; wrote %s to %s, %s: %s succeeded, %s failed; %s rejected",
		plural(t.RowsIn, "row"), plural(t.Files, "file"), humanBytes(t.BytesIn),
		plural(t.RowsOut, "row"), plural(t.Parts, "file"), humanBytes(t.BytesOut),
		humanize.Comma(t.Succeeded), humanize.Comma(t.Failed), humanize.Comma(t.Rejected))
}

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
