// Package result has what all results of commands have in common: with --json each of them is one
// object, which begins with the members of a Header and ends with those of Problems.
package result

import (
	"slices"

	"batchreport/cmd/batchreport/internal/build"
	"batchreport/cmd/batchreport/internal/fault"
)

// Result is what a command prints on standard output. With --json it is printed as
// one JSON object.
type Result interface {
	// Lines returns what is printed without --json, each line with its line feed.
	Lines() []string
}

// version is the version of the objects that --json prints. It changes
// whenever a member gets another meaning or goes away.
const version = 1

// Header holds the members that every result begins with.
type Header struct {
	Version int    `json:"batchreport_result"`
	Command string `json:"command"`
	Program string `json:"program"`
	Dest    string `json:"destination"`
}

// NewHeader returns the header of a command's result.
func NewHeader(command, dest string) Header {
	return Header{version, command, "batchreport version " + build.This().String(), dest}
}

// Lines implements Result, for the results that only --json prints.
func (Header) Lines() []string { return nil }

// Problems are the members of a result about what went wrong.
type Problems struct {
	Errors []string `json:"errors,omitempty"`
	Hints  []string `json:"hints,omitempty"` // one for each of Errors, or none at all; empty where none is known
}

// NewProblems returns what a result says about the errors that err joins, each once. What is said
// of an error, and what can be done about it, is for explain to say.
func NewProblems(err error, explain func(error) (message, hint string)) Problems {
	var p Problems
	hints := false
	for _, e := range fault.Split(err) {
		if e == nil {
			continue
		}
		message, hint := explain(e)
		if slices.Contains(p.Errors, message) {
			continue
		}
		p.Errors, p.Hints = append(p.Errors, message), append(p.Hints, hint)
		hints = hints || hint != ""
	}
	if !hints {
		p.Hints = nil
	}
	return p
}

// Failed is the result of a command that ended before it had another.
type Failed struct {
	Header
	Problems
}
