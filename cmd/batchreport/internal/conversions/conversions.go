// Package conversions says what runs have come to that have made a table, or a part of one: in lines
// of the log, and in the members of a JSON object. It knows no command.
package conversions

import (
	"fmt"
	"slices"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/ledger"
)

// Result is what a run has come to, with the members that --json prints.
type Result struct {
	DryRun         bool                `json:"dry_run,omitempty"`
	Jobs           []JobResult         `json:"jobs"`
	Totals         ledger.Totals       `json:"totals"` // of the jobs that this run converted or, with --dry-run, would convert
	ElapsedSeconds float64             `json:"elapsed_seconds"`
	FailOn         []threshold.Verdict `json:"fail_on,omitempty"`
}

// JobResult is what a result says about a job.
type JobResult struct {
	convert.JobSummary
	Error string `json:"error,omitempty"`
	Hint  string `json:"hint,omitempty"` // what the user can do about the error
}

// Options say how what a run has come to is told.
type Options struct {
	DryRun bool // whether nothing was written
	FailOn []threshold.Verdict
	// Explain returns what is said of the error of a job, and what can be done about it.
	Explain func(error) (message, hint string)
}

// New returns what a run has come to.
func New(s *convert.Summary, o Options) Result {
	r := Result{DryRun: o.DryRun, Jobs: []JobResult{}, Totals: s.Totals, ElapsedSeconds: s.Elapsed.Seconds(), FailOn: o.FailOn}
	for _, j := range s.Jobs {
		r.Jobs = append(r.Jobs, NewJobResult(j, j.Err, o.Explain))
	}
	return r
}

// NewJobResult returns what has become of a job, or of one of its tasks, which ended with err.
func NewJobResult(s convert.JobSummary, err error, explain func(error) (message, hint string)) JobResult {
	j := JobResult{JobSummary: s}
	if err != nil {
		j.Error, j.Hint = explain(err)
	}
	return j
}

// Counted returns what thresholds judge: the jobs that are in the table or about to be,
// also those that were before.
func Counted(s *convert.Summary) *threshold.Counted {
	c := &threshold.Counted{}
	for _, j := range s.Jobs {
		if j.Outcome != convert.Failed {
			c.Add(j.Job, j.Totals, j.ErrorCodes)
		}
	}
	return c
}

// Rejected reports whether a job that is done has rejected rows.
func Rejected(s *convert.Summary) bool {
	return slices.ContainsFunc(s.Jobs, func(j convert.JobSummary) bool {
		return j.Outcome != convert.Failed && j.Totals.Rejected > 0
	})
}

// Pace returns how long a run took, and how fast it read.
func Pace(s *convert.Summary) string {
	seconds := max(s.Elapsed.Seconds(), 0.001)
	return fmt.Sprintf("%.1f s, %s/s", seconds, human.Bytes(int64(float64(s.Totals.BytesIn)/seconds)))
}
