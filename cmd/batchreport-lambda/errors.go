package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// kind is why an event fails, as its errorType tells. The package comment says what each
// one means.
type kind string

const (
	deadlineError kind = "DeadlineError"
	unknownError  kind = "UnknownOutcomeError"
	storeError    kind = "StoreError"
	heldError     kind = "HeldError"
	rowError      kind = "RowError"
	reportError   kind = "ReportError"
	machineError  kind = "StateMachineError"
	tooLargeError kind = "TooLargeError"
	settingsError kind = "SettingsError"
	eventError    kind = "EventError"
)

// helps reports whether it helps to try again.
func (k kind) helps() bool {
	switch k {
	case deadlineError, unknownError, storeError, heldError, machineError:
		return true
	default:
		return false
	}
}

// failure is why an event, or one of its reports, failed.
type failure struct {
	kind kind
	text string
}

// newFailure returns a failure of which it is known what can be done about it.
func newFailure(k kind, err error, hint string) *failure {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	if hint != "" {
		text += "; " + hint
	}
	return &failure{k, storage.Redact(text)}
}

// response returns what Lambda tells of the failures of an event. They have the kind of
// the first one for which it helps to try again, if there is one.
func response(failures []*failure) error {
	first := failures[0].kind
	var all []string
	for _, f := range failures {
		all = append(all, f.text)
		if f.kind.helps() && !first.helps() {
			first = f.kind
		}
	}
	return messages.InvokeResponse_Error{Type: string(first), Message: strings.Join(all, "\n")}
}

// failed returns the failure of a report. ctx is what the run was stopped by, if it was.
func (h *handler) failed(ctx context.Context, manifest string, s *convert.Summary, err error) *failure {
	var (
		row   *ledger.RowError
		held  *ledger.HeldError
		store *storage.Error
	)
	switch {
	case errors.As(err, &row):
		return newFailure(rowError, err, "BATCHREPORT_MAX_REJECTS=N keeps up to N such rows in a rejects file and converts the others")
	case errors.As(err, &held):
		return newFailure(heldError, err, "what "+held.Program+" made of the job is the table now; the next try replaces it")
	case errors.Is(err, storage.ErrUnknown):
		return newFailure(unknownError, err, "the next try finds out what became of it, and goes on")
	case ctx.Err() != nil:
		return newFailure(deadlineError, fmt.Errorf("%s: %w", storage.Shown(manifest), errDeadline), kept(s)+
			"; Lambda runs an event again twice; after that, raise the function's time-out or memory and invoke it with the event again, or go on by: "+h.command(manifest))
	case errors.As(err, &store) && (errors.Is(err, convert.ErrReport) || errors.Is(err, fs.ErrNotExist)):
		return newFailure(reportError, err, store.Hint) // also what is missing: S3 tells of no object before it is there
	case errors.As(err, &store):
		return newFailure(storeError, err, store.Hint)
	default:
		return newFailure(reportError, err, "")
	}
}

// kept says what a run has left that was stopped.
func kept(s *convert.Summary) string {
	switch {
	case len(s.Jobs) > 0 && s.Jobs[0].Begun:
		return "the commit has begun, and the next try ends it"
	case len(s.Jobs) > 0 && s.Jobs[0].Kept > 0:
		return fmt.Sprintf("the next try goes on with what is done: %d of the tasks", s.Jobs[0].Kept)
	default:
		return "no task was finished, so that the next try begins anew; smaller tasks, by BATCHREPORT_TASK_SIZE, keep more where a report has several result files"
	}
}
