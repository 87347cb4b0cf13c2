package conversions

import (
	"fmt"
	"log/slog"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// Log logs what a run that wrote to dest did, and the pace that it is told.
func Log(log *slog.Logger, dest string, s *convert.Summary, pace string) {
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
			log.Info("job " + j.Job + ": unchanged, it was converted before")
		case j.Outcome == convert.Failed:
			continue // its error is reported elsewhere
		case j.Outcome == convert.Planned:
			log.Info("job " + j.Job + ": " + Intention(j.Totals) + replaced("would replace", j))
		case j.Totals.Files == 0:
			log.Info("job " + j.Job + ": the report is empty: it names no result files")
		case len(s.Jobs) > 1:
			log.Info("job " + j.Job + ": " + Totals(j.Totals, "") + replaced("replaced", j))
		}
		if j.Replaced != nil && j.Replaced.Change != "" && j.Outcome == convert.Committed {
			log.Info("job " + j.Job + ": " + j.Replaced.Change + ": run batchreport ddl again")
		}
		warn(log, dest, j)
	}
	jobs := ""
	if len(s.Jobs) > 1 {
		jobs = fmt.Sprintf("%d of %d jobs: ", done+planned, len(s.Jobs))
	}
	switch {
	case planned > 0:
		log.Info("dry run: " + jobs + Input(s.Totals) + "; nothing was written to " + stdio.Shown(dest))
	case s.Totals.Files > 0:
		log.Info(jobs + Totals(s.Totals, dest) + allReplaced(s) + "; " + pace)
	case unchanged > 0 && unchanged == len(s.Jobs):
		log.Info("nothing to do: " + stdio.Shown(dest) + " has all of it")
	case done > 0:
		log.Info(stdio.Shown(dest) + " has no rows of it")
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

// warn logs what is odd about a job.
func warn(log *slog.Logger, dest string, j convert.JobSummary) {
	if n := j.Totals.Contradicting; n > 0 {
		log.Warn(fmt.Sprintf("job %s: %s with another TaskStatus than the manifest gives for the file", j.Job, human.Plural(n, "row")))
	}
	if n := j.Totals.Recovered; n > 0 {
		log.Warn(fmt.Sprintf("job %s: %s with a lone quote: where the next line is a row by itself, they end before it", j.Job, human.Plural(n, "row")))
	}
	if n := j.Totals.Misfits; n > 0 {
		log.Warn(fmt.Sprintf("job %s: %s did not fit the type of an extracted column and became null", j.Job, human.Plural(n, "value")))
	}
	for _, r := range j.Rejects {
		log.Warn(fmt.Sprintf("job %s: %s rejected: see %s", j.Job, human.Plural(r.Rows, "row"), storage.Join(dest, r.Name)))
	}
}

// Intention returns what a run would do with a job: read it, or publish what tasks
// have made of it.
func Intention(t ledger.Totals) string {
	if t.Parts > 0 {
		return "would be committed: " + Totals(t, "")
	}
	return "would be converted: " + Input(t)
}

// Input returns how much there is to read.
func Input(t ledger.Totals) string {
	return human.Plural(t.Files, "file") + ", " + human.Bytes(t.BytesIn)
}

// Totals returns how much was read and how much was written, and where to if dest is
// not empty.
func Totals(t ledger.Totals, dest string) string {
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
