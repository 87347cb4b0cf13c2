package convert

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// s3Fault is something that happens to a request, and to how many that follow.
type s3Fault struct {
	name  string
	times int // -1 means all from then on
	do    storagetest.Fault
	// heals says that the run must succeed all the same.
	heals bool
	// only are the kinds of requests that this can happen to; nil means all.
	only []storagetest.Kind
}

func s3Faults(proxy *storagetest.Proxy) []s3Fault {
	// The other requests are answered by headers alone.
	xml := []storagetest.Kind{
		storagetest.ListObjects, storagetest.CreateMultipartUpload, storagetest.CompleteMultipartUpload,
		storagetest.ListMultipartUploads, storagetest.ListParts,
	}
	answered := append(xml, storagetest.GetObject)
	sent := []storagetest.Kind{storagetest.PutObject, storagetest.UploadPart, storagetest.CompleteMultipartUpload}
	return []s3Fault{
		{name: "two 503", times: 2, do: storagetest.Answer(503, "SlowDown"), heals: true},
		{name: "endless 503", times: -1, do: storagetest.Answer(503, "SlowDown")},
		{name: "500", times: 1, do: storagetest.Answer(500, "InternalError"), heals: true},
		{name: "500 of what was done", times: 1, do: storagetest.After(storagetest.Answer(500, "InternalError")), heals: true},
		{name: "clock", times: 1, do: storagetest.Answer(403, "RequestTimeTooSkewed")},
		{name: "no bucket", times: 1, do: storagetest.Answer(404, "NoSuchBucket")},
		{name: "expired", times: -1, do: storagetest.Answer(403, "ExpiredToken")},
		{name: "reset before", times: 1, do: storagetest.Reset, heals: true},
		{name: "reset after", times: 1, do: storagetest.Lose, heals: true},
		{name: "endless reset before", times: -1, do: storagetest.Reset},
		{name: "endless reset after", times: -1, do: storagetest.Lose},
		{name: "answer cut", times: 1, do: halfway(storagetest.Cut), only: answered, heals: true},
		{name: "answer flipped", times: 1, do: halfway(storagetest.Flip), only: answered},
		{name: "body flipped", times: 1, do: storagetest.FlipSent(7), only: sent},
		{name: "200 with an error", times: 1, do: storagetest.Answer(200, "InternalError"), only: xml, heals: true},
		{name: "slow", times: 1, do: proxy.Delay(30 * time.Millisecond), heals: true},
	}
}

func (f *s3Fault) hits(kind storagetest.Kind) bool {
	return f.only == nil || slices.Contains(f.only, kind)
}

// halfway is a Fault in the middle of the answer's body, wherever that is.
func halfway(at func(n int) storagetest.Fault) storagetest.Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		rec := httptest.NewRecorder()
		forward.ServeHTTP(rec, r)
		at(rec.Body.Len()/2)(w, r, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		}))
	}
}

// s3Scenario is a run that makes certain requests.
type s3Scenario struct {
	name    string
	kinds   []storagetest.Kind
	prepare func(t *testing.T, r *s3Report, dest string)
	// disturb is what happens to the run beside the fault of the cell; it fails then.
	disturb func(proxy *storagetest.Proxy)
	// exact says that the store lists uploads by the exact key only.
	exact bool
	// command is what runs; nil means Convert, which is also what ends all others.
	command *s3Command
}

// s3Command is a command by itself. It may be run again whatever became of it.
type s3Command struct {
	run  func(t *testing.T, r *s3Report, store storage.Store, dest string) error
	want map[string]string // what is at the destination after it
}

// run runs the scenario on a store that is reached through a proxy.
func (s *s3Scenario) run(t *testing.T, r *s3Report, proxy *storagetest.Proxy, dest string) error {
	t.Helper()
	if s.disturb != nil {
		s.disturb(proxy)
	}
	if s.exact {
		proxy.Break(storagetest.ListMultipartUploads, 0, -1, storagetest.ExactKeys)
	}
	store := r.open(t, proxy)
	if s.command != nil {
		return s.command.run(t, r, store, dest)
	}
	return r.convert(t, store, dest, s3Options)
}

// s3Scenarios returns them; old is the table that is replaced.
func s3Scenarios(old map[string]string) []s3Scenario {
	return []s3Scenario{
		{
			name: "replacing",
			kinds: []storagetest.Kind{
				storagetest.ListObjects, storagetest.HeadObject, storagetest.GetObject, storagetest.PutObject,
				storagetest.CreateMultipartUpload, storagetest.UploadPart, storagetest.CompleteMultipartUpload,
				storagetest.ListMultipartUploads, storagetest.DeleteObject,
			},
			prepare: func(t *testing.T, r *s3Report, dest string) { r.put(t, dest, old) },
		},
		{
			// All tasks were run before.
			name:    "resuming",
			kinds:   []storagetest.Kind{storagetest.GetObject, storagetest.ListParts},
			prepare: func(t *testing.T, r *s3Report, dest string) { r.runTasks(t, dest) },
		},
		{
			// The result of the first task cannot be kept, so what it wrote is dropped.
			name:    "failing",
			kinds:   []storagetest.Kind{storagetest.AbortMultipartUpload},
			prepare: func(*testing.T, *s3Report, string) {},
			disturb: func(proxy *storagetest.Proxy) {
				proxy.Break(storagetest.PutObject, 3, 1, storagetest.Answer(403, "AccessDenied")) // after the marker and two notes
			},
		},
	}
}

// olderOptions are those of the table that is replaced.
func olderOptions() Options {
	o := s3Options
	o.RawMessage = table.RawDrop
	return o
}

// fewCells is how many cells of a command by itself there are for each that the short
// form of TestS3Faults tries. The commands do what a conversion does too. It is smaller
// than the sum of the numbers by which they are chosen, or none would be.
const fewCells = 19

// TestS3Faults is the matrix of requests and what can happen to the first, a
// middle and the last of them. After each the run has either succeeded, with the
// same bytes as ever, or failed with one line, with a table that is the old one or
// the new one; and the next run ends as if nothing had happened.
func TestS3Faults(t *testing.T) {
	r := startS3(t)
	want := r.clean(t, r.dest(t)+"/want", s3Options)
	old := r.clean(t, r.dest(t)+"/old", olderOptions())
	for at, s := range append(s3Scenarios(old), s3Commands(old, want)...) {
		// What the run asks for when nothing happens.
		proxy, dest := r.server.NewProxy(t), r.dest(t)+"/undisturbed "+s.name
		s.prepare(t, r, dest)
		if err := s.run(t, r, proxy, dest); (err != nil) != (s.disturb != nil) {
			t.Fatal(err)
		}
		kinds := s.kinds
		if kinds == nil {
			kinds = proxy.Kinds()
		}
		for row, kind := range kinds {
			n := proxy.Count(kind)
			t.Logf("%s: %d %s", s.name, n, kind)
			positions := slices.Compact([]int{0, n / 2, n - 1})
			for i, f := range s3Faults(proxy) {
				if !f.hits(kind) {
					continue
				}
				for j, skip := range positions {
					if !soak && j != i/2%len(positions) {
						continue // a third of the cells in every row and column
					}
					if !soak && s.command == nil && (i+row+at)%2 != 0 {
						continue // and of these every second one
					}
					if !soak && s.command != nil && (i+row+at)%fewCells != 0 {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/%s/%d of %d", s.name, kind, f.name, skip+1, n), func(t *testing.T) {
						t.Parallel()
						c := &s3Cell{s3Report: r, scenario: s, kind: kind, fault: i, skip: skip, old: old, want: want}
						c.run(t)
					})
				}
			}
		}
	}
}

// s3Cell is a cell of the matrix.
type s3Cell struct {
	*s3Report
	scenario s3Scenario
	kind     storagetest.Kind
	fault    int // of s3Faults
	skip     int // requests that go by before
	old      map[string]string
	want     map[string]string // after success
}

func (c *s3Cell) run(t *testing.T) {
	dest := c.dest(t)
	c.scenario.prepare(t, c.s3Report, dest)
	proxy := c.server.NewProxy(t)
	f := s3Faults(proxy)[c.fault]
	proxy.Break(c.kind, c.skip, f.times, f.do)
	want := c.want
	if c.scenario.command != nil {
		c.want = c.scenario.command.want
	}
	err := c.scenario.run(t, c.s3Report, proxy, dest)
	if proxy.Broken(c.kind) == 0 {
		t.Errorf("nothing happened: %d requests of %d", proxy.Count(c.kind), c.skip)
	}
	if f.heals && err != nil && c.scenario.disturb == nil {
		t.Errorf("a fault that can be overcome was not: %v", err)
	}
	// The others can be read back; a completion is checked by HEAD.
	if errors.Is(err, storage.ErrUnknown) && c.kind != storagetest.HeadObject {
		t.Errorf("what can be known is called unknown: %v", err)
	}
	c.check(t, dest, err)
	if c.scenario.command != nil {
		if err := c.scenario.command.run(t, c.s3Report, c.store, dest); err != nil {
			t.Errorf("the same command again: %v", err)
		}
		storagetest.CompareTrees(t, c.tree(t, dest), c.want)
	}
	storagetest.CompareTrees(t, c.clean(t, dest, s3Options), want)
}

// check checks what a run that ended with err has left.
func (c *s3Cell) check(t *testing.T, dest string, err error) {
	t.Helper()
	record, e := readRecord(t, c.store, dest)
	if e != nil {
		t.Fatal(e)
	}
	if record == nil {
		record = &ledger.Record{}
	}
	files := c.tree(t, dest)
	checkVisible(t, files, record, c.old, c.want)
	if err != nil {
		return
	}
	for name := range c.want {
		if files[name] != c.want[name] {
			t.Errorf("after success %s is missing, or has other bytes", name)
		}
	}
	for name := range c.old {
		if _, ok := files[name]; ok && c.want[name] == "" {
			t.Errorf("after success %s is there still, so its rows are there twice", name)
		}
	}
}

// checkVisible checks that what is visible in a destination is of one of two tables, and
// that all of what its record lists is there.
func checkVisible(t *testing.T, files map[string]string, record *ledger.Record, tables ...map[string]string) {
	t.Helper()
	for _, name := range record.Files() {
		if _, ok := files[name]; !ok {
			t.Errorf("%s is gone, though the record has it", name)
		}
	}
	for name, data := range files {
		visible := !strings.HasPrefix(name, ledger.StateFolder) && !strings.Contains(name, " upload ")
		if visible && !slices.ContainsFunc(tables, func(files map[string]string) bool { return files[name] == data }) {
			t.Errorf("%s is of none of the tables", name)
		}
	}
}
