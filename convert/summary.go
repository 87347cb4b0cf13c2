package convert

import (
	"fmt"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
)

// Outcome says how a job ended or, from RunTask, a task.
type Outcome string

// The outcomes of a job.
const (
	// Committed says that the job's files are the table now, or were written to
	// standard output.
	Committed Outcome = "committed"
	// Unchanged says that there was nothing to do: the job had been committed with
	// the same options or, from RunTask, the task had ended before.
	Unchanged Outcome = "unchanged"
	// Failed says that JobSummary.Err is why nothing was committed, or what is left
	// to do where the commit had begun.
	Failed Outcome = "failed"
	// Written says that a task has ended, and waits for the commit of its job.
	Written Outcome = "written"
	// Planned says that a dry run would do it.
	Planned Outcome = "planned"
)

// Summary says what Convert or Commit did.
type Summary struct {
	// Jobs are the jobs in the order in which they were found. Those that were not
	// begun, because the context had ended, are not among them.
	Jobs []JobSummary `json:"jobs"`
	// Totals are the sums over the jobs that were committed or, in a dry run,
	// planned: neither what failed nor what was unchanged is in them.
	Totals ledger.Totals `json:"totals"`
	// Elapsed is the time from the call to its end; in nanoseconds in JSON.
	Elapsed time.Duration `json:"elapsed_ns"`
}

// JobSummary says what became of one job or, from RunTask, of one task of it.
type JobSummary struct {
	// Job is the job's name or, of a job that could not be read, the name of its
	// manifest or source.
	Job string `json:"job"`
	// Outcome is how it ended.
	Outcome Outcome `json:"outcome"`
	// Totals are its sums. A job that was unchanged has those of its commit record,
	// one that Convert or RunTask has planned only the files and bytes to read, and
	// one that failed none.
	Totals ledger.Totals `json:"totals"`
	// ErrorCodes counts the rows by error_code; nil where they were not counted: by a
	// run that failed or was only planned, and in records of earlier versions.
	ErrorCodes *ledger.CodeCounts `json:"error_codes,omitempty"`
	// Rejects are the files of rows that could not be read, with names below DEST.
	Rejects []ledger.Reject `json:"rejects,omitempty"`
	// Replaced is what the job had before; nil where that is nothing, and where it stays.
	Replaced *Replaced `json:"replaced,omitempty"`
	// Kept is how many tasks are done that a run which failed has left for the next.
	Kept int `json:"kept,omitempty"`
	// Begun says that the commit of a run that failed has begun: the next one ends it.
	Begun bool `json:"begun,omitempty"`
	// Err is why it failed; nil unless Outcome is Failed.
	Err error `json:"-"`
}

// Replaced is what a commit replaces, or would replace.
type Replaced struct {
	Fingerprint string `json:"fingerprint"` // of the run that wrote it
	Files       int    `json:"files"`       // of its record
	// Change says in a sentence how the format, columns or folders differ; empty where they
	// do not.
	Change string `json:"change,omitempty"`
}

// add adds what became of a job.
func (s *Summary) add(j JobSummary) {
	s.Jobs = append(s.Jobs, j)
	if j.Outcome == Committed || j.Outcome == Planned {
		s.Totals.Add(j.Totals)
	}
}

// totalsOf returns how many files there are to read, and their size as far as it is
// known.
func totalsOf(files []plan.File) ledger.Totals {
	var t ledger.Totals
	for _, f := range files {
		t.Files++
		t.BytesIn += max(f.Size, 0)
	}
	return t
}

// UnfinishedError says that Commit has published nothing of a job, since tasks of it
// have not been run to their end, or their process has not ended yet.
type UnfinishedError struct {
	Job   string
	Tasks string // their numbers, as people read them
	Count int    // how many they are
}

// Error implements error.
func (e *UnfinishedError) Error() string {
	if e.Count > 1 {
		return fmt.Sprintf("commit job %s: tasks %s have not been run to their end", e.Job, e.Tasks)
	}
	return fmt.Sprintf("commit job %s: task %s has not been run to its end", e.Job, e.Tasks)
}
