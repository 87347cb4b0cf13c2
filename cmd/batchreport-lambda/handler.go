package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
)

// handler converts the reports that events tell of.
type handler struct {
	settings
	wrong error // with the settings; each event fails by it
	log   *slog.Logger
	store storage.Store
	large *machine // converts what is too large for the function; nil where there is none
}

// newHandler returns a handler with the settings of an environment. Its messages go to w.
func newHandler(ctx context.Context, environ []string, w io.Writer) *handler {
	h := &handler{}
	h.settings, h.wrong = newSettings(environ)
	h.limitMemory()
	o := &slog.HandlerOptions{Level: h.logLevel}
	h.log = slog.New(slog.NewTextHandler(w, o))
	if h.asJSON {
		h.log = slog.New(slog.NewJSONHandler(w, o))
	}
	h.s3.Log = h.log
	if h.wrong == nil {
		h.store, h.wrong = s3.New(ctx, h.s3)
	}
	if h.wrong == nil {
		h.large, h.wrong = newMachine(ctx, h.machine)
	}
	return h
}

// result is what the function returns.
type result struct {
	Reports []reportResult `json:"reports"`
	Ignored []string       `json:"ignored"` // a sentence for each event or object that is no report
}

// reportResult says what became of a report.
type reportResult struct {
	Manifest    string `json:"manifest"`
	Job         string `json:"job"`
	Destination string `json:"destination"`
	Unchanged   bool   `json:"unchanged"` // whether the table had it already
	Rows        int64  `json:"rows"`      // that are in the table
	Succeeded   int64  `json:"succeeded"` // of these
	Failed      int64  `json:"failed"`    // of these
	Rejected    int64  `json:"rejected"`  // that could not be read, and are in no row
	// Execution is the ARN of the execution that converts a report which was too large for
	// the function; there are no numbers then.
	Execution string `json:"execution,omitempty"`
}

// handle converts the reports that an event tells of. All of them are tried; where one of
// them fails, so does the event.
func (h *handler) handle(ctx context.Context, event json.RawMessage) (*result, error) {
	log := h.log
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		log = log.With("requestId", lc.AwsRequestID)
	}
	if h.wrong != nil {
		return nil, response([]*failure{newFailure(settingsError, h.wrong, "")})
	}
	arrived, err := parseEvent(event)
	if err != nil {
		return nil, response([]*failure{newFailure(eventError, err, "")})
	}
	for _, sentence := range arrived.ignored {
		log.Info("ignored: " + sentence)
	}
	ctx, rest, cancel := timeOf(ctx)
	defer cancel()
	r := &result{Reports: []reportResult{}, Ignored: append([]string{}, arrived.ignored...)}
	var failures []*failure
	for _, manifest := range arrived.manifests {
		done, failure := h.convert(ctx, log, manifest, rest)
		if failure != nil {
			log.Error(failure.text, "errorType", failure.kind)
			failures = append(failures, failure)
			continue
		}
		if done.Execution != "" {
			log.Info("handed over to the state machine", "report", done)
		} else {
			log.Info("converted", "report", done)
		}
		r.Reports = append(r.Reports, *done)
	}
	if len(failures) > 0 {
		return nil, response(failures)
	}
	return r, nil
}

// convert converts the report of a manifest, or has it converted if it is too large for a
// function that has so much time.
func (h *handler) convert(whole context.Context, log *slog.Logger, manifest string, rest time.Duration) (*reportResult, *failure) {
	ctx, stop := context.WithCancelCause(whole)
	defer stop(nil)
	o := h.options
	o.Log = log
	o.OnPlan = func(bytes int64) {
		if most := h.limit(rest); bytes > most {
			stop(fmt.Errorf("%w: it has %d bytes of result files, and the function's limit is %d", errTooLarge, bytes, most))
		}
	}
	summary, err := convert.Convert(ctx, h.store, []string{manifest}, h.dest, o)
	if err == nil && len(summary.Jobs) != 1 {
		err = errors.New("the manifest is not that of one job")
	}
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errTooLarge) {
		return h.tooLarge(whole, manifest, cause)
	}
	if err != nil {
		return nil, h.failed(ctx, manifest, summary, err)
	}
	job := summary.Jobs[0]
	return &reportResult{
		Manifest: manifest, Job: job.Job, Destination: h.dest, Unchanged: job.Outcome == convert.Unchanged,
		Rows: job.Totals.RowsOut, Succeeded: job.Totals.Succeeded, Failed: job.Totals.Failed, Rejected: job.Totals.Rejected,
	}, nil
}
