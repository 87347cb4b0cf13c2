// Package exit says with which code a command exits, by the error that it ended with.
package exit

import (
	"errors"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// The exit codes. The help of a command lists those that it can end with.
const (
	Done        = 0
	Failed      = 1
	Usage       = 2
	Rejects     = 3
	Threshold   = 4
	Unknown     = 5
	Held        = 11
	Interrupted = 130 // of a signal, which no error says
)

// ErrRejects is the error of a run that is done except for rejected rows, which have
// been reported already.
var ErrRejects = errors.New("rows were rejected")

// ErrThreshold is the error of a run that is done, and has found more than --fail-on
// allows, which has been reported already.
var ErrThreshold = errors.New("a threshold was passed")

// Of returns the exit code for the error of a command that no signal has ended. An unknown
// outcome goes before all other failures but a wrong command line. That another run holds
// DEST decides only where nothing else went wrong.
func Of(err error) int {
	var usage *fault.Usage
	var address *storage.AddressError // of a plan
	switch {
	case err == nil:
		return Done
	case errors.Is(err, ErrRejects):
		return Rejects
	case errors.Is(err, ErrThreshold):
		return Threshold
	case errors.As(err, &usage), errors.As(err, &address):
		return Usage
	case errors.Is(err, storage.ErrUnknown):
		return Unknown
	}
	for _, e := range fault.Split(err) {
		if held := (*ledger.HeldError)(nil); !errors.As(e, &held) {
			return Failed
		}
	}
	return Held
}
