package main

import (
	"encoding/json"
	"fmt"

	"batchreport/convert"
	"batchreport/convert/ledger"
)

// resultVersion is the version of the objects that --json prints: it changes
// whenever a member gets another meaning or goes away.
const resultVersion = 1

// result is what --json prints of every command.
type result struct {
	Version int    `json:"batchreport_result"`
	Command string `json:"command"`
	Program string `json:"program"`
	Dest    string `json:"destination"`
}

// convertResult is what convert --json and commit --json print.
type convertResult struct {
	result
	DryRun         bool          `json:"dry_run,omitempty"`
	Jobs           []jobResult   `json:"jobs"`
	Totals         ledger.Totals `json:"totals"` // of the jobs converted in this run or, with --dry-run, to be converted
	ElapsedSeconds float64       `json:"elapsed_seconds"`
	Errors         []string      `json:"errors,omitempty"`
}

type jobResult struct {
	convert.JobSummary
	Error string `json:"error,omitempty"`
}

func newConvertResult(command, dest string, dryRun bool, s *convert.Summary, err error) convertResult {
	r := convertResult{
		result:         newResult(command, dest),
		DryRun:         dryRun,
		Jobs:           []jobResult{},
		Totals:         s.Totals,
		ElapsedSeconds: s.Elapsed.Seconds(),
		Errors:         messages(err),
	}
	for _, j := range s.Jobs {
		job := jobResult{JobSummary: j}
		if j.Err != nil {
			job.Error = j.Err.Error()
		}
		r.Jobs = append(r.Jobs, job)
	}
	return r
}

// taskResult is what task --json prints.
type taskResult struct {
	result
	DryRun bool `json:"dry_run,omitempty"`
	Index  int  `json:"index"` // through all jobs of the plan
	jobResult
}

// leftoversResult is what abort --json and clean --json print.
type leftoversResult struct {
	result
	DryRun  bool              `json:"dry_run,omitempty"`
	Dropped []ledger.Leftover `json:"dropped"` // or, with --dry-run, to be dropped
	Errors  []string          `json:"errors,omitempty"`
}

// messages are those of the errors that err joins.
func messages(err error) []string {
	if err == nil {
		return nil
	}
	var all []string
	for _, e := range split(err) {
		all = append(all, e.Error())
	}
	return all
}

// ddlResult is what ddl --json prints.
type ddlResult struct {
	result
	SQL string `json:"sql"`
}

func newResult(command, dest string) result {
	return result{resultVersion, command, "batchreport version " + versionAndBuild(), dest}
}

// printJSON prints a result as one line of JSON.
func (a *app) printJSON(result any) error {
	line, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return a.print(string(line) + "\n")
}
