package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/convert/storage/storagetest"
)

// function is the function in Lambda's own runtime interface emulator.
type function struct {
	url    string
	output *lockedBuffer // of both
}

// built is the folder of bootstrap, once there is one.
var built string

// build makes bootstrap, once for all tests: of the packages that the tests are made of, so
// that nothing else has to be compiled.
var build = sync.OnceValues(func() (string, error) {
	var err error
	if built, err = os.MkdirTemp("", "lambda-"); err != nil {
		return "", err
	}
	bootstrap := filepath.Join(built, "bootstrap")
	cmd := exec.Command("go", "build", "-ldflags", "-w -X 'main.program=9.9.9 (build test)'", "-o", bootstrap, ".")
	return bootstrap, cmd.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// start starts the function with an environment beside that of the test.
func start(t *testing.T, environ ...string) *function {
	t.Helper()
	bootstrap, err := build()
	if err != nil {
		t.Fatal("build bootstrap:", err)
	}
	building := exec.Command("go", "-C", "../../testdata/tools/lambda-rie", "tool", "-n", "aws-lambda-rie")
	building.Env = append(os.Environ(), "CGO_ENABLED=0") // the one that the Makefile builds
	emulator, err := building.Output()
	if err != nil {
		t.Fatal("build the emulator:", err)
	}
	addresses := freeAddresses(t, 2)
	f := &function{url: "http://" + addresses[0] + "/2015-03-31/functions/function/invocations", output: &lockedBuffer{}}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, strings.TrimSpace(string(emulator)), "--runtime-interface-emulator-address", addresses[0], "--runtime-api-address", addresses[1], bootstrap)
	cmd.Env = append(os.Environ(), environ...)
	cmd.Stdout, cmd.Stderr = f.output, f.output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // which ends the function too
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		stop()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the function said\n%s", f.output)
		}
	})
	return f
}

// freeAddresses returns addresses that nobody listens on.
func freeAddresses(t *testing.T, n int) []string {
	t.Helper()
	var all []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		all = append(all, l.Addr().String())
	}
	return all
}

// answer is what an invocation is answered.
type answer struct {
	result
	ErrorType    string `json:"errorType"`
	ErrorMessage string `json:"errorMessage"`
}

// invoke invokes the function, and waits for the emulator to be there.
func (f *function) invoke(t *testing.T, event string) answer {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for tries := 0; ; tries++ {
		response, err := http.Post(f.url, "application/json", strings.NewReader(event))
		if err != nil && tries < 3000 {
			<-again.C
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %s", response.StatusCode, body)
		var a answer
		if err := json.Unmarshal(body, &a); err != nil {
			t.Fatalf("answer %q: %v", body, err)
		}
		return a
	}
}

// lockedBuffer is a buffer that two processes write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestLambda runs the function as Lambda does, on both kinds of events.
func TestLambda(t *testing.T) {
	w := newWorld(t)
	folder := t.TempDir()
	gen := exec.Command("go", "-C", "../..", "run", "./testdata/bench/gen", "-out", folder, "-rows", "100000", "-files", "4", "-report-bucket", w.Bucket)
	if out, err := gen.CombinedOutput(); err != nil {
		t.Fatalf("make a report: %v\n%s", err, out)
	}
	large := w.put(t, folder, "large/")[0]
	odd := w.put(t, "../../testdata/reports/seed", "an odd+prefix%2F é/")[0]
	other := w.put(t, "../../testdata/reports/statuses", "b/")[0]
	broken := w.put(t, "../../testdata/reports/broken/too-few-columns", "c/")[0]
	f := start(t, w.environ("table", "AWS_LAMBDA_FUNCTION_TIMEOUT=600", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1769")...)

	a := f.invoke(t, bridged(w.Bucket, large))
	if len(a.Reports) != 1 || a.Reports[0].Rows != 100_000 || a.Reports[0].Succeeded+a.Reports[0].Failed != 100_000 || a.Reports[0].Unchanged ||
		a.Reports[0].Destination != w.address("table") || a.Reports[0].Manifest != w.address(large) || !strings.Contains(large, a.Reports[0].Job) {
		t.Fatalf("the report of 100,000 rows: %+v", a)
	}
	visible := w.visible(t, "table")
	if visible != 2 { // succeeded and failed
		t.Errorf("%d files are visible; want 2", visible)
	}
	if a := f.invoke(t, bridged(w.Bucket, large)); len(a.Reports) != 1 || !a.Reports[0].Unchanged || a.Reports[0].Rows != 100_000 {
		t.Errorf("the same event again: %+v", a)
	}
	a = f.invoke(t, notified(w.Bucket, "an+odd%2Bprefix%252F+%C3%A9/"+odd[strings.Index(odd, "job-"):], other, other+".md5"))
	if len(a.Reports) != 2 || a.Reports[0].Manifest != w.address(odd) || a.Reports[0].Rows == 0 || len(a.Ignored) != 1 || !strings.Contains(a.Ignored[0], ".md5 is no manifest") {
		t.Errorf("a notification of two reports: %+v", a)
	}
	before := w.visible(t, "table")
	if a := f.invoke(t, bridged(w.Bucket, broken)); a.ErrorType != "RowError" || !strings.Contains(a.ErrorMessage, broken[:4]) {
		t.Errorf("a broken report: %+v", a)
	}
	if after := w.visible(t, "table"); after != before {
		t.Errorf("%d files are visible after the broken report, %d before", after, before)
	}
	data, _, err := w.store.Get(t.Context(), w.address("table/_batchreport/"+cmp.Or(a.Reports[0].Job, "?")+"/commit.json"), 1<<20)
	if err != nil || !strings.Contains(string(data), `"batchreport version 9.9.9 (build test)"`) {
		t.Errorf("the record is %.200s, %v", data, err)
	}
}

// TestLambdaDeadline lets the function meet its deadline: a store sends half a file, and
// then nothing. The error comes before Lambda kills the function, and the same event, in
// the same function, finishes the work.
func TestLambdaDeadline(t *testing.T) {
	w := newWorld(t)
	manifest, keys := w.putFiles(t, "in/", rows(3), rows(400))
	f := start(t, w.environ("table", "BATCHREPORT_TASK_SIZE=1", "AWS_LAMBDA_FUNCTION_TIMEOUT=12", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1769")...)
	stall := w.Stall(1000)
	w.Break(storagetest.GetObject, 0, -1, func(rw http.ResponseWriter, r *http.Request, forward http.Handler) {
		if strings.HasSuffix(r.URL.Path, keys[1]) {
			stall(rw, r, forward)
		}
		forward.ServeHTTP(rw, r)
	})
	if a := f.invoke(t, bridged(w.Bucket, manifest)); a.ErrorType != "DeadlineError" {
		t.Fatalf("at its deadline: %+v", a)
	}
	if n := w.visible(t, "table"); n != 0 {
		t.Errorf("%d files are visible", n)
	}
	w.Mend()
	if a := f.invoke(t, bridged(w.Bucket, manifest)); len(a.Reports) != 1 || a.Reports[0].Rows != 403 || a.Reports[0].Unchanged {
		t.Fatalf("the next run: %+v", a)
	}
	if w.visible(t, "table") == 0 {
		t.Error("nothing is visible")
	}
}
