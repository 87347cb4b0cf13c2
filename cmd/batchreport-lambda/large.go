package main

import (
	"errors"
	"fmt"
	"strings"

	"batchreport/convert/storage"
)

// errTooLarge is the cause by which a run is stopped before it has begun.
var errTooLarge = errors.New("the report is too large for the function")

// tooLarge is what becomes of a report that is not begun: whoever reads the failure
// converts it elsewhere.
func (h *handler) tooLarge(manifest string, cause error) *failure {
	return newFailure(tooLargeError, fmt.Errorf("%s: %w", storage.Shown(manifest), cause),
		"convert it on a machine by: "+h.command(manifest)+"; or raise the function's time-out and memory, or BATCHREPORT_MAX_SIZE")
}

// command returns the command line that converts a report on a machine, with the same
// variables in its environment.
func (h *handler) command(manifest string) string {
	return "batchreport convert " + quoted(manifest) + " " + quoted(h.dest)
}

// quoted returns an address as a shell takes it.
func quoted(address string) string {
	return "'" + strings.ReplaceAll(storage.Shown(address), "'", `'\''`) + "'"
}
