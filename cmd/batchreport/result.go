package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/ledger"
)

// result is what a command prints on standard output. With --json it is printed as
// one JSON object.
type result interface {
	// lines returns what is printed without --json, each line with its line feed.
	lines() []string
}

// resultVersion is the version of the objects that --json prints. It changes
// whenever a member gets another meaning or goes away.
const resultVersion = 1

// header holds the members that every result begins with.
type header struct {
	Version int    `json:"batchreport_result"`
	Command string `json:"command"`
	Program string `json:"program"`
	Dest    string `json:"destination"`
}

func newHeader(command, dest string) header {
	return header{resultVersion, command, "batchreport version " + versionAndBuild(), dest}
}

// lines implements result, for the results that only --json prints.
func (header) lines() []string { return nil }

// convertResult is the result of convert and of commit.
type convertResult struct {
	header
	DryRun         bool                `json:"dry_run,omitempty"`
	Jobs           []jobResult         `json:"jobs"`
	Totals         ledger.Totals       `json:"totals"` // of the jobs that this run converted or, with --dry-run, would convert
	ElapsedSeconds float64             `json:"elapsed_seconds"`
	FailOn         []threshold.Verdict `json:"fail_on,omitempty"`
	problems
}

// jobResult is what a result says about a job.
type jobResult struct {
	convert.JobSummary
	Error string `json:"error,omitempty"`
	Hint  string `json:"hint,omitempty"` // what the user can do about the error
}

func (a *app) newConvertResult(command, dest string, dryRun bool, s *convert.Summary, err error) convertResult {
	r := convertResult{
		header:         newHeader(command, dest),
		DryRun:         dryRun,
		Jobs:           []jobResult{},
		Totals:         s.Totals,
		ElapsedSeconds: s.Elapsed.Seconds(),
		problems:       a.problems(err),
	}
	for _, j := range s.Jobs {
		job := jobResult{JobSummary: j}
		if j.Err != nil {
			job.Error, job.Hint = a.redact(j.Err.Error()), a.redact(fault.Hint(j.Err))
		}
		r.Jobs = append(r.Jobs, job)
	}
	return r
}

// problems are the members of a result about what went wrong.
type problems struct {
	Errors []string `json:"errors,omitempty"`
	Hints  []string `json:"hints,omitempty"` // one for each of Errors, or none at all; empty where none is known
}

// problems returns what a result says about the errors that err joins, each once.
func (a *app) problems(err error) problems {
	var p problems
	hints := false
	for _, e := range fault.Split(err) {
		if e == nil {
			continue
		}
		message := a.redact(e.Error())
		if slices.Contains(p.Errors, message) {
			continue
		}
		hint := a.redact(fault.Hint(e))
		p.Errors, p.Hints = append(p.Errors, message), append(p.Hints, hint)
		hints = hints || hint != ""
	}
	if !hints {
		p.Hints = nil
	}
	return p
}

// failedResult is the result of a command that ended before it had another.
type failedResult struct {
	header
	problems
}

// printResult prints a result.
func (a *app) printResult(r result) error {
	a.hasResult = true
	if a.asJSON {
		object, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		return a.print(string(terminal.VisibleJSON(object)) + "\n")
	}
	var errs []error
	for _, line := range r.lines() {
		errs = append(errs, a.print(line))
	}
	return errors.Join(errs...)
}

// print writes text to standard output.
func (a *app) print(text string) error {
	if _, err := io.WriteString(a.stdout, text); err != nil {
		return fmt.Errorf("write standard output: %w", err)
	}
	return nil
}
