package convert

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/plan"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// planInPieces is a plan of several jobs, one of which is without files, that takes more than
// one piece.
func planInPieces() *plan.Plan {
	p := plan.New("table", "1", table.Spec{TaskSize: 30}.WithDefaults())
	p.Jobs = []plan.JobPlan{}
	for i, files := range []int{1, 0, 5000, 3} {
		job := plan.Job{Name: fmt.Sprintf("%08d%s", i, reporttest.JobA[8:])}
		for n := range files {
			key := fmt.Sprintf("a/prefix/job-%s/results/%060d.csv", job.Name, n)
			job.Files = append(job.Files, plan.File{Name: "s3://bucket/" + key, Key: key, Status: reporttest.StatusFailed, Size: 10, MD5: fmt.Sprintf("%032x", n)})
		}
		p.Jobs = append(p.Jobs, *p.ForJob(job))
	}
	return p
}

// openInPieces writes a plan in pieces, and opens it. It has so many tasks.
func openInPieces(t *testing.T, p *plan.Plan) (o *plan.Opened, tasks int) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "plan.json")
	h, err := plan.Write(t.Context(), disk.Store{}, p, name)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = plan.Open(t.Context(), disk.Store{}, name, p.Program); err != nil {
		t.Fatal(err)
	}
	return o, h.Totals.Tasks
}

// A part of a plan is for its own tasks, and nothing else.
func TestPartOfPlan(t *testing.T) {
	t.Parallel()
	o, tasks := openInPieces(t, planInPieces())
	part, err := o.Part(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := RunTask(t.Context(), disk.Store{}, part, tasks-1, Run{}); err == nil {
		t.Error("a part has a task that is in another one")
	}
	if _, err := Commit(t.Context(), disk.Store{}, part, Change{}); !errors.Is(err, errPart) {
		t.Errorf("a part is committed: %v", err)
	}
	if _, err := Abort(t.Context(), disk.Store{}, part, Change{}); !errors.Is(err, errPart) {
		t.Errorf("a part is aborted: %v", err)
	}
}

// A plan of another version tells by all of its pieces whether the table is what it would
// make.
func TestPiecesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	p := planInPieces()
	opened, tasks := openInPieces(t, p)
	for _, number := range []int{0, 1, tasks / 2, tasks - 1} {
		part, err := opened.Part(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		c := newPlanned(disk.Store{}, part, Options{Spec: part.Options}.withDefaults())
		job, _, err := part.Task(number)
		if err != nil {
			t.Fatal(err)
		}
		var whole *plan.JobPlan
		for i := range p.Jobs {
			if p.Jobs[i].Job.Name == job.Job.Name {
				whole = &p.Jobs[i]
			}
		}
		for program, want := range map[string]bool{"before": true, "other": false} {
			is, err := c.work(job).isOf(t.Context(), plan.Fingerprint(whole.Job, p.Options, 4, "before"), 4, program)
			if is != want || err != nil {
				t.Errorf("task %d: made by %s: %t, %v; want %t", number, program, is, err, want)
			}
		}
	}
}

// Names that are not UTF-8 are the same by plan as without one.
func TestPlanKeepsBytes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other file systems take no such names")
	}
	tb := newTable(t)
	root := filepath.Join(filepath.Dir(tb.dest), "caf\xe9 <&> \xff\xfe")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(root, "in")
	if err := os.Rename(tb.source, source); err != nil {
		t.Fatal(err)
	}
	tb.source, tb.dest = source, filepath.Join(root, "table")
	p := tb.plan(t, tableOptions) // as it was read again
	if p.Dest != tb.dest || !strings.HasPrefix(p.Jobs[0].Job.Files[0].Name, source) {
		t.Fatalf("plan is for %q, of %q", p.Dest, p.Jobs[0].Job.Files[0].Name)
	}
	for index := range p.Tasks() {
		if _, err := RunTask(t.Context(), disk.Store{}, p, index, Run{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
	entries, err := os.ReadDir(filepath.Dir(root))
	if err != nil || len(entries) != 1 {
		t.Errorf("there is %v, %v", entries, err)
	}
}

// How a run goes about its work does not change what it makes.
func TestFingerprintOfRuns(t *testing.T) {
	t.Parallel()
	fingerprint := func(o Options) string {
		return newConverter(disk.Store{}, "table", o).plan.ForJob(plan.Job{Name: reporttest.JobA}).Fingerprint
	}
	want := fingerprint(Options{})
	for name, run := range map[string]Run{
		"workers":  {Workers: 17},
		"temp dir": {TempDir: "elsewhere"},
		"force":    {Change: Change{Force: true}},
		"progress": {OnRead: func(int) {}},
	} {
		if got := fingerprint(Options{Run: run}); got != want {
			t.Errorf("%s: changes the fingerprint", name)
		}
	}
}
