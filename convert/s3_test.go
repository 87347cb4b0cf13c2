package convert

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// soak makes the tests of failures take minutes instead of seconds: all cells of
// the matrix, and more random runs.
var soak = os.Getenv("BATCHREPORT_SOAK") != ""

// s3Report is a report in a bucket of a real server. Its two files are tasks of
// their own, and there are unreadable rows in the first.
type s3Report struct {
	server *storagetest.Server
	store  *s3.Store // that nothing happens to
	source string
}

var s3Options = Options{Spec: table.Spec{TaskSize: 1, MaxRejects: -1}, Run: Run{Workers: 2}}

// startS3 starts a server and stores a report there.
func startS3(t *testing.T) *s3Report {
	t.Helper()
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	r := &s3Report{server: server}
	r.store = r.open(t, server.Proxy)
	return r.in(t, "in")
}

// in stores the report in a folder, and returns it there.
func (r *s3Report) in(t *testing.T, folder string) *s3Report {
	return r.with(t, folder, reporttest.StatusFailed, reporttest.StatusSucceeded)
}

// with stores a report in a folder that has a result file of each status.
func (r *s3Report) with(t *testing.T, folder string, statuses ...string) *s3Report {
	t.Helper()
	g := reporttest.NewGenerator(1)
	var results []reporttest.File
	for _, status := range statuses {
		results = append(results, g.File(status, 1500))
	}
	results[0].Data = reporttest.BadLine + results[0].Data + reporttest.BadLine
	for name, data := range reporttest.ReportFiles(t, folder+"/", reporttest.JobA, results...) {
		if err := r.store.Put(t.Context(), "s3://"+r.server.Bucket+"/"+name, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	return &s3Report{server: r.server, store: r.store, source: "s3://" + r.server.Bucket + "/" + folder}
}

// open returns a store that reaches the server through a proxy, and pauses
// for nothing.
func (r *s3Report) open(t *testing.T, proxy *storagetest.Proxy) *s3.Store {
	t.Helper()
	s, err := s3.New(t.Context(), s3.Options{EndpointURL: proxy.URL, MaxPause: time.Millisecond, PartSize: storagetest.PartSize})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// dest returns a destination of the test's own.
func (r *s3Report) dest(t *testing.T) string { return "s3://" + r.server.Bucket + "/" + t.Name() }

// convert converts the report, and checks that a job's error is one line.
func (r *s3Report) convert(t *testing.T, store storage.Store, dest string, o Options) error {
	t.Helper()
	summary, err := convertChecked(t.Context(), t, store, []string{r.source}, dest, o)
	oneLine(t, err)
	for _, job := range summary.Jobs {
		if (job.Outcome == Failed) != (job.Err != nil) {
			t.Errorf("job is %s with error %v", job.Outcome, job.Err)
		}
	}
	return err
}

// clean converts the report undisturbed, as a new process would, and returns what
// is there then.
func (r *s3Report) clean(t *testing.T, dest string, o Options) map[string]string {
	t.Helper()
	if err := r.convert(t, r.open(t, r.server.NewProxy(t)), dest, o); err != nil {
		t.Fatalf("clean run: %v", err)
	}
	return r.tree(t, dest)
}

// put makes a destination what tree returned of another one, which costs a
// fraction of the conversion that made that.
func (r *s3Report) put(t *testing.T, dest string, files map[string]string) {
	t.Helper()
	for name, data := range files {
		if err := r.store.Put(t.Context(), dest+"/"+name, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
}

// tree returns all that is at a destination, by its name there. An upload under
// way is there by the name of its object and its id.
func (r *s3Report) tree(t *testing.T, dest string) map[string]string {
	t.Helper()
	ctx := t.Context()
	files := map[string]string{}
	for info, err := range r.store.List(ctx, dest) {
		if err != nil {
			t.Fatal(err)
		}
		in, err := r.store.Open(ctx, info.Name, "")
		if errors.Is(err, fs.ErrNotExist) {
			continue // the server goes on with what the run does not wait for any more
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close()); err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(info.Name, dest+"/")] = string(data)
	}
	for u, err := range r.store.Unpublished(ctx, dest, "") {
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(u.Name, dest+"/")+" upload "+u.UploadID] = ""
	}
	return files
}

// oneLine checks that an error is one line of a readable length.
func oneLine(t *testing.T, err error) {
	t.Helper()
	if err != nil && (strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 600) {
		t.Errorf("error is not one line: %q", err)
	}
}
