package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// states speaks as much of the API of Step Functions as StartExecution needs
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
type states struct {
	mu      sync.Mutex
	started map[string]string // the inputs, by the names of executions
	fails   bool
}

func (s *states) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fail := func(kind string) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": kind, "message": kind})
	}
	var in struct{ StateMachineArn, Name, Input string }
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	switch err := d.Decode(&in); {
	case err != nil || r.Header.Get("X-Amz-Target") != "AWSStepFunctions.StartExecution" || in.StateMachineArn != testMachine:
		fail("ValidationException")
	case s.fails:
		fail("StateMachineDoesNotExist")
	case s.started[in.Name] != "":
		fail("ExecutionAlreadyExists")
	default:
		s.started[in.Name] = in.Input
		_, _ = w.Write([]byte(`{"executionArn": "` + testExecution + in.Name + `", "startDate": 1.7e9}`))
	}
}

const (
	testMachine   = "arn:aws:states:us-east-1:123456789012:stateMachine:batchreport:live"
	testExecution = "arn:aws:states:us-east-1:123456789012:execution:batchreport:"
)

// TestStateMachine hands a report that is too large over to a state machine.
func TestStateMachine(t *testing.T) {
	w := newWorld(t)
	manifest, _ := w.putFiles(t, "in/", rows(5))
	small, _ := w.putFiles(t, "small/", rows(1))
	s := &states{started: map[string]string{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_SFN", server.URL)

	var log bytes.Buffer
	h := newHandler(t.Context(), w.environ("table", "BATCHREPORT_MAX_SIZE=100", "BATCHREPORT_STATE_MACHINE="+testMachine), &log)
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "first"})
	job := strings.TrimPrefix(jobA, "job-")
	execution := testExecution + job + "-first"
	for range 2 { // Lambda may run an invocation again
		r, failed := invoke(ctx, t, h, notified(w.Bucket, manifest, small))
		if r == nil || len(r.Reports) != 2 || r.Reports[0].Execution != execution || r.Reports[0].Job != job || r.Reports[0].Rows != 0 || r.Reports[1].Execution != "" {
			t.Fatalf("returned %+v, %+v; want the execution %s of the first report", r, failed, execution)
		}
	}
	want := `{"dest":"` + w.address("table") + `","source":"` + w.address(manifest) + `"}`
	if got := s.started[job+"-first"]; len(s.started) != 1 || got != want {
		t.Errorf("started %v; want one of %s", s.started, want)
	}
	if !strings.Contains(log.String(), "handed over") {
		t.Errorf("the log does not say so:\n%s", log.String())
	}

	s.fails = true
	_, failed := invoke(ctx, t, h, bridged(w.Bucket, manifest))
	for _, part := range []string{"StateMachineDoesNotExist", testMachine, "batchreport convert '" + w.address(manifest) + "'"} {
		if failed.Type != "StateMachineError" || !strings.Contains(failed.Message, part) {
			t.Errorf("failed by %+v; want a StateMachineError with %q", failed, part)
		}
	}
}
