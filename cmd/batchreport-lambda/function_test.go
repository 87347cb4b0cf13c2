package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
)

// world is a bucket of a real server with reports, and the function's way to it.
type world struct {
	*storagetest.Server
	store *s3.Store // that nothing happens to
}

func newWorld(t *testing.T) *world {
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	store, err := s3.New(t.Context(), s3.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return &world{server, store}
}

// put stores the report in a folder of testdata/reports, or of another path, and returns
// the keys of its manifests.
func (w *world) put(t *testing.T, folder, prefix string) []string {
	t.Helper()
	var manifests []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if key := prefix + filepath.ToSlash(name); filepath.Base(name) == "manifest.json" {
			manifests = append(manifests, key)
		}
		return w.store.Put(t.Context(), w.address(prefix+filepath.ToSlash(name)), data)
	})
	if err != nil {
		t.Fatal(err)
	}
	return manifests
}

// putFiles stores a report of result files with those rows, and returns the key of its
// manifest and those of the files.
func (w *world) putFiles(t *testing.T, prefix string, files ...string) (manifest string, keys []string) {
	t.Helper()
	var results []map[string]string
	for i, rows := range files {
		key := fmt.Sprintf("%s%s/results/%040x.csv", prefix, jobA, i)
		if err := w.store.Put(t.Context(), w.address(key), []byte(rows)); err != nil {
			t.Fatal(err)
		}
		sum := md5.Sum([]byte(rows))
		results = append(results, map[string]string{"TaskExecutionStatus": "succeeded", "Bucket": w.Bucket, "MD5Checksum": hex.EncodeToString(sum[:]), "Key": key})
		keys = append(keys, key)
	}
	data, err := json.Marshal(map[string]any{
		"Format": "Report_CSV_20180820", "ReportCreationDate": "2019-04-05T17:48:39.725Z", "Results": results,
		"ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
	})
	if err != nil {
		t.Fatal(err)
	}
	manifest = prefix + jobA + "/manifest.json"
	if err := w.store.Put(t.Context(), w.address(manifest), data); err != nil {
		t.Fatal(err)
	}
	return manifest, keys
}

// rows returns so many rows of a result file.
func rows(n int) string {
	return strings.Repeat("photos,a.jpg,,succeeded,200,,Successful\r\n", n)
}

func (w *world) address(key string) string { return "s3://" + w.Bucket + "/" + key }

// environ is the environment of a function that writes to a destination of the bucket.
func (w *world) environ(dest string, more ...string) []string {
	return append([]string{"BATCHREPORT_DEST=" + w.address(dest)}, more...)
}

// visible returns how many files a query of a destination sees, and fails if their rows
// are not those of its records.
func (w *world) visible(t *testing.T, dest string) (files int) {
	t.Helper()
	listed := map[string]bool{}
	records, err := ledger.ReadRecords(t.Context(), w.store, w.address(dest))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, r := range records {
		for _, p := range r.Outputs {
			listed[w.address(dest)+"/"+p.Name] = true
		}
	}
	for info, err := range w.store.List(t.Context(), w.address(dest)) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(info.Name, ".parquet") {
			files++
			delete(listed, info.Name)
		}
	}
	if len(listed) > 0 {
		t.Errorf("files of the record are missing: %v", slices.Collect(maps.Keys(listed)))
	}
	return files
}

// invoke calls a handler as Lambda does, and returns the result, or the error's type and
// message.
func invoke(ctx context.Context, t *testing.T, h *handler, event string) (*result, messages.InvokeResponse_Error) {
	t.Helper()
	r, err := h.handle(ctx, json.RawMessage(event))
	var failed messages.InvokeResponse_Error
	if err != nil && !errors.As(err, &failed) {
		t.Fatalf("error %v has no type of ours", err)
	}
	return r, failed
}

// TestDeadline stops the function while it reads the second of two files: what it has made
// of the first is kept and unseen, and the next run does not read it again.
func TestDeadline(t *testing.T) {
	w := newWorld(t)
	manifest, keys := w.putFiles(t, "in/", rows(3), rows(4))
	var log bytes.Buffer
	h := newHandler(t.Context(), w.environ("table", "BATCHREPORT_TASK_SIZE=1"), &log)
	ctx, stop := context.WithCancelCause(t.Context())
	stall := w.Stall(0)
	w.Break(storagetest.GetObject, 0, -1, func(rw http.ResponseWriter, r *http.Request, forward http.Handler) {
		if !strings.HasSuffix(r.URL.Path, keys[1]) {
			forward.ServeHTTP(rw, r)
			return
		}
		stop(errDeadline)
		stall(rw, r, forward)
	})
	_, failed := invoke(ctx, t, h, bridged(w.Bucket, manifest))
	for _, want := range []string{w.address(manifest), "over", "goes on with what is done: 1 of the tasks", "twice", "batchreport convert '" + w.address(manifest) + "' '" + w.address("table") + "'"} {
		if failed.Type != "DeadlineError" || !strings.Contains(failed.Message, want) {
			t.Fatalf("failed by %+v; want a DeadlineError with %q", failed, want)
		}
	}
	if n := w.visible(t, "table"); n != 0 {
		t.Errorf("%d files are visible", n)
	}
	w.Mend()
	before := len(w.Seen(storagetest.GetObject))
	r, failed := invoke(t.Context(), t, h, bridged(w.Bucket, manifest))
	if r == nil || len(r.Reports) != 1 || r.Reports[0].Rows != 7 || r.Reports[0].Unchanged {
		t.Fatalf("the next run returned %+v, %+v", r, failed)
	}
	for _, request := range w.Seen(storagetest.GetObject)[before:] {
		if strings.HasSuffix(request.Path, keys[0]) {
			t.Error("the first file was read again")
		}
	}
	if w.visible(t, "table") == 0 {
		t.Error("nothing is visible")
	}
}

// TestFailures says what becomes of events whose reports cannot be converted.
func TestFailures(t *testing.T) {
	w := newWorld(t)
	var manifests []string
	for _, flaw := range []string{"md5-mismatch", "too-few-columns", "missing-file", "truncated-manifest"} {
		manifests = append(manifests, w.put(t, "../../testdata/reports/broken/"+flaw, flaw+"/")...)
	}
	good, _ := w.putFiles(t, "good/", rows(5))
	dest := func(name string) []string { return w.environ(name) }
	tests := []struct {
		name    string
		environ []string
		event   string
		kind    kind
		want    []string
	}{
		{"md5", dest("a"), bridged(w.Bucket, manifests[0]), reportError, []string{"MD5"}},
		{"row", dest("b"), bridged(w.Bucket, manifests[1]), rowError, []string{"row 3 at byte 74", "BATCHREPORT_MAX_REJECTS"}},
		{"missing file", dest("c"), bridged(w.Bucket, manifests[2]), reportError, []string{"results/"}},
		{"manifest", dest("d"), bridged(w.Bucket, manifests[3]), reportError, []string{manifests[3]}},
		{"no manifest", dest("e"), bridged(w.Bucket, "gone/"+jobA+"/manifest.json"), reportError, []string{"gone/"}},
		{"one of two", dest("f"), notified(w.Bucket, manifests[1], good), rowError, []string{manifests[1][:15]}},
		{"unreadable bucket", []string{"BATCHREPORT_DEST=s3://Bucket/t"}, bridged(w.Bucket, good), storeError, nil},
		{"two", dest("g"), notified(w.Bucket, manifests[1], manifests[2]), rowError, []string{"row 3", "\n", "results/"}},
		{"too large", w.environ("h", "BATCHREPORT_MAX_SIZE=100"), bridged(w.Bucket, good), tooLargeError, []string{"it has 205 bytes", "limit is 100", "batchreport convert '" + w.address(good) + "'"}},
		{"settings", nil, bridged(w.Bucket, good), settingsError, []string{"BATCHREPORT_DEST"}},
		{"event", dest("i"), `{}`, eventError, []string{"read event"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			r, failed := invoke(t.Context(), t, newHandler(t.Context(), test.environ, &log), test.event)
			if r != nil || failed.Type != string(test.kind) {
				t.Fatalf("returned %+v, %+v; want a %s", r, failed, test.kind)
			}
			for _, want := range test.want {
				if !strings.Contains(failed.Message, want) {
					t.Errorf("message is %q; want one with %q", failed.Message, want)
				}
			}
		})
		for _, name := range []string{"a", "b", "c", "d", "e", "g", "h", "i"} {
			if n := w.visible(t, name); n > 0 {
				t.Errorf("%d files are visible in %s", n, name)
			}
		}
	}
	if w.visible(t, "f") == 0 {
		t.Error("the good one of two was not converted")
	}
}

// TestAtOnce delivers one event several times at once, as EventBridge may.
func TestAtOnce(t *testing.T) {
	w := newWorld(t)
	manifest, _ := w.putFiles(t, "in/", rows(3), rows(4))
	const n = 3
	type outcome struct {
		*result
		err error
	}
	done := make(chan outcome, n)
	for range n {
		h := newHandler(t.Context(), w.environ("table"), io.Discard)
		go func() {
			r, err := h.handle(t.Context(), json.RawMessage(bridged(w.Bucket, manifest)))
			done <- outcome{r, err}
		}()
	}
	for range n {
		o := <-done
		if o.err != nil {
			t.Errorf("one of them failed: %v", o.err)
		} else if o.Reports[0].Rows != 7 {
			t.Errorf("the result is %+v", o.result)
		}
	}
	if got := w.visible(t, "table"); got != 1 {
		t.Errorf("%d files are visible; want 1", got)
	}
}

// TestKinds tells failures by the errors that they come from.
func TestKinds(t *testing.T) {
	t.Parallel()
	over, stop := context.WithCancelCause(t.Context())
	stop(errDeadline)
	h := &handler{settings: settings{dest: "s3://b/it's"}}
	none, kept, begun := &convert.Summary{}, &convert.Summary{Jobs: []convert.JobSummary{{Kept: 2}}}, &convert.Summary{Jobs: []convert.JobSummary{{Begun: true}}}
	tests := []struct {
		name    string
		ctx     context.Context
		err     error
		summary *convert.Summary
		kind    kind
		want    string
	}{
		{"held", t.Context(), &ledger.HeldError{Program: "batchreport version 1"}, none, heldError, "batchreport version 1"},
		{"unknown", t.Context(), fmt.Errorf("publish: %w", storage.ErrUnknown), none, unknownError, "finds out"},
		{"unknown at the deadline", over, fmt.Errorf("publish: %w", storage.ErrUnknown), none, unknownError, "finds out"},
		{"row at the deadline", over, &ledger.RowError{Reason: "x"}, none, rowError, "MAX_REJECTS"},
		{"deadline", over, errDeadline, none, deadlineError, "begins anew"},
		{"deadline, kept", over, errDeadline, kept, deadlineError, "2 of the tasks"},
		{"deadline, begun", over, errDeadline, begun, deadlineError, `the commit has begun`},
		{"quotes", over, errDeadline, none, deadlineError, `batchreport convert 's3://b/m' 's3://b/it'\''s'`},
		{"denied", t.Context(), &storage.Error{Op: "read", Name: "s3://b/k", Err: fs.ErrPermission, Hint: "ask"}, none, storeError, "; ask"},
		{"several lines", t.Context(), errors.Join(errors.New("a"), errors.New("b")), none, reportError, "a; b"},
		{"secrets", t.Context(), errors.New("open https://me:secret@host/"), none, reportError, "https://***@host/"},
	}
	for _, test := range tests {
		f := h.failed(test.ctx, "s3://b/m", test.summary, test.err)
		if f.kind != test.kind || !strings.Contains(f.text, test.want) {
			t.Errorf("%s: %+v; want a %s with %q", test.name, f, test.kind, test.want)
		}
	}
}
