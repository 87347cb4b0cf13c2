package main

import (
	"encoding/json"
	"fmt"

	"batchreport/convert"
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

// convertResult is what convert --json prints.
type convertResult struct {
	result
	Jobs           []jobResult    `json:"jobs"`
	Totals         convert.Totals `json:"totals"` // of the jobs converted in this run
	ElapsedSeconds float64        `json:"elapsed_seconds"`
	Errors         []string       `json:"errors,omitempty"`
}

type jobResult struct {
	convert.JobSummary
	Error string `json:"error,omitempty"`
}

func newConvertResult(dest string, s *convert.Summary, err error) convertResult {
	r := convertResult{
		result:         newResult("convert", dest),
		Jobs:           []jobResult{},
		Totals:         s.Totals,
		ElapsedSeconds: s.Elapsed.Seconds(),
	}
	for _, j := range s.Jobs {
		job := jobResult{JobSummary: j}
		if j.Err != nil {
			job.Error = j.Err.Error()
		}
		r.Jobs = append(r.Jobs, job)
	}
	if err != nil {
		for _, e := range split(err) {
			r.Errors = append(r.Errors, e.Error())
		}
	}
	return r
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
