// Package fault says what an error means to whoever ran a command: which errors it joins, and what
// can be done about each. It has the errors of the commands themselves, too.
package fault

import "strings"

// Usage is a command line that cannot be run.
type Usage struct {
	Command string // the command's name; empty where no command was recognised
	Err     error
	Hint    string // empty for the one of the command
}

// Error implements error.
func (e *Usage) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *Usage) Unwrap() error { return e.Err }

// Hinted is an error of the commands themselves that comes with its hint.
type Hinted struct {
	Err  error
	Hint string // what the user can do
}

// Error implements error.
func (e *Hinted) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *Hinted) Unwrap() error { return e.Err }

// UnkeptRow is an error of a command about a rejected row, which it keeps nowhere.
type UnkeptRow struct{ Err error }

// Error implements error.
func (e *UnkeptRow) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *UnkeptRow) Unwrap() error { return e.Err }

// Split returns the errors that errors.Join joined, or err alone.
func Split(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || !strings.Contains(err.Error(), "\n") {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, Split(e)...)
	}
	return all
}
