package convert

import (
	"time"

	"batchreport/convert/ledger"
)

// Outcome is how a job ended.
type Outcome string

// The outcomes of a job.
const (
	Committed Outcome = "committed"
	Unchanged Outcome = "unchanged" // its commit record says it was done before
	Failed    Outcome = "failed"
	Written   Outcome = "written" // of a task: waits for the commit
	Planned   Outcome = "planned" // of a dry run: would be done
)

// Summary says what a run did.
type Summary struct {
	Jobs    []JobSummary  `json:"jobs"`
	Totals  ledger.Totals `json:"totals"` // of the jobs committed or, in a dry run, planned
	Elapsed time.Duration `json:"elapsed_ns"`
}

// JobSummary says what became of one job.
type JobSummary struct {
	Job     string        `json:"job"`
	Outcome Outcome       `json:"outcome"`
	Totals  ledger.Totals `json:"totals"`
	// Rejects names the files of rejected rows, below DEST.
	Rejects []ledger.Reject `json:"rejects,omitempty"`
	Err     error           `json:"-"`
}

// add adds what became of a job.
func (s *Summary) add(j JobSummary) {
	s.Jobs = append(s.Jobs, j)
	if j.Outcome == Committed || j.Outcome == Planned {
		s.Totals.Add(j.Totals)
	}
}
