package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// errTooLarge is the cause by which a run is stopped before it has begun.
var errTooLarge = errors.New("the report is too large for the function")

// tooLarge is what becomes of a report that is not begun: the state machine converts it, or
// whoever reads the failure.
func (h *handler) tooLarge(ctx context.Context, manifest string, cause error) (*reportResult, *failure) {
	if h.large == nil {
		return nil, newFailure(tooLargeError, fmt.Errorf("%s: %w", storage.Shown(manifest), cause),
			"convert it on a machine by: "+h.command(manifest)+"; or let BATCHREPORT_STATE_MACHINE convert such reports, or raise the function's time-out and memory, or BATCHREPORT_MAX_SIZE")
	}
	execution, err := h.large.start(ctx, manifest, h.dest)
	if err != nil {
		return nil, newFailure(machineError, fmt.Errorf("%s: %w: %w", storage.Shown(manifest), cause, err), "convert it on a machine by: "+h.command(manifest))
	}
	job, _ := schema.SplitJob(manifest)
	return &reportResult{Manifest: manifest, Job: job, Destination: h.dest, Execution: execution}, nil
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
