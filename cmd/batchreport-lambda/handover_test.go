package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// stepFunctions takes requests as Step Functions does: a name is taken once.
type stepFunctions struct {
	t        *testing.T
	refuse   bool
	started  map[string]string // inputs by name
	requests int
}

func (s *stepFunctions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests++
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	var in struct{ StateMachineARN, Name, Input string }
	if err := json.Unmarshal(body, &in); err != nil || r.Header.Get("X-Amz-Target") != "AWSStepFunctions.StartExecution" || in.StateMachineARN != machineARN {
		s.t.Errorf("unexpected request %s of %s: %v", body, r.Header.Get("X-Amz-Target"), err)
	}
	fail := func(kind string) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type": %q, "message": "no"}`, kind)
	}
	switch _, ok := s.started[in.Name]; {
	case s.refuse:
		fail("AccessDeniedException")
	case ok:
		fail("ExecutionAlreadyExists")
	default:
		s.started[in.Name] = in.Input
		fmt.Fprintf(w, `{"executionArn": %q, "startDate": 1}`, executionPrefix+in.Name)
	}
}

const (
	machineARN      = "arn:aws:states:eu-west-1:123456789012:stateMachine:batchreport"
	executionPrefix = "arn:aws:states:eu-west-1:123456789012:execution:batchreport:"
)

// TestHandOver hands a report that is too large to a state machine: once, though S3 tells
// of it twice.
func TestHandOver(t *testing.T) {
	w := newWorld(t)
	service := &stepFunctions{t: t, started: map[string]string{}}
	server := httptest.NewServer(service)
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_SFN", server.URL)
	manifest, _ := w.putFiles(t, "in/", rows(5))
	var log bytes.Buffer
	h := newHandler(t.Context(), w.environ("table", "BATCHREPORT_MAX_SIZE=100", "BATCHREPORT_STATE_MACHINE="+machineARN), &log)
	for range 2 {
		r, failed := invoke(t.Context(), t, h, bridged(w.Bucket, manifest))
		if r == nil {
			t.Fatalf("it failed: %+v", failed)
		}
		if got := r.Reports; len(got) != 1 || !strings.HasPrefix(got[0].Execution, executionPrefix+"batchreport-") || got[0].Manifest != w.address(manifest) {
			t.Errorf("returned %+v", got)
		}
	}
	want := fmt.Sprintf(`{"source":%q,"dest":%q}`, w.address(manifest), w.address("table"))
	for _, input := range service.started {
		if input != want {
			t.Errorf("input is %s; want %s", input, want)
		}
	}
	if len(service.started) != 1 || service.requests != 2 || !strings.Contains(log.String(), "an execution was started before") {
		t.Errorf("%d executions by %d requests: %s", len(service.started), service.requests, log.String())
	}
	if n := w.visible(t, "table"); n > 0 {
		t.Errorf("%d files are visible", n)
	}

	service.refuse = true
	_, failed := invoke(t.Context(), t, h, bridged(w.Bucket, manifest))
	if failed.Type != string(handOverError) || !strings.Contains(failed.Message, "AccessDenied") {
		t.Errorf("failed with %+v", failed)
	}
	// What is not too large is converted all the same.
	h = newHandler(t.Context(), w.environ("table", "BATCHREPORT_STATE_MACHINE="+machineARN), &log)
	if r, failed := invoke(t.Context(), t, h, bridged(w.Bucket, manifest)); r == nil || r.Reports[0].Execution != "" {
		t.Errorf("returned %+v, %+v", r, failed)
	}
}
