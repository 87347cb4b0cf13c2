package convert

import (
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// registerReads counts how often a register is read whole.
type registerReads struct {
	storage.Store
	storage.Bulk
	n atomic.Int64
}

// Get implements storage.Store.
func (s *registerReads) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	if strings.HasSuffix(name, "/commit.json") {
		s.n.Add(1)
	}
	return s.Store.Get(ctx, name, limit)
}

// A task reads of the record that is there no more than its head, unless that says that
// the task may be done: then it reads the record once.
func TestTaskReadsHead(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	store := &registerReads{Store: disk.Store{}, Bulk: disk.Store{}}
	run := func(what string, o Options, outcome Outcome, reads int64) {
		t.Helper()
		plan := tb.plan(t, o)
		name := filepath.Join(t.TempDir(), "plan.json")
		if _, err := WritePlan(t.Context(), store, plan, name); err != nil {
			t.Fatal(err)
		}
		opened, err := OpenPlan(t.Context(), store, name, plan.Program)
		if err != nil {
			t.Fatal(err)
		}
		for index := range plan.Tasks() {
			part, err := opened.Part(t.Context(), index)
			if err != nil {
				t.Fatal(err)
			}
			store.n.Store(0)
			s, err := RunTask(t.Context(), store, part, index, o.Run)
			if err != nil || s.Outcome != outcome || store.n.Load() != reads {
				t.Errorf("%s: task %d: %s, %v, after %d reads of the register; want %s after %d", what, index, s.Outcome, err, store.n.Load(), outcome, reads)
			}
		}
		if _, err := Commit(t.Context(), disk.Store{}, plan, Change{Force: o.Force}); err != nil {
			t.Fatal(err)
		}
	}
	run("first", otherOptions(), Written, 0)
	run("other options", tableOptions, Written, 0)
	run("again", tableOptions, Unchanged, 1)
	newer := tableOptions
	newer.Version = "1.0.0"
	run("another version", newer, Unchanged, 1)
	newer.RawMessage = otherOptions().RawMessage
	run("another version and other options", newer, Written, 0)
	newer.Force = true
	run("forced", newer, Written, 2) // is there a commit of a twin since the task began?
	want := cleanTable(t, newer)
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
}

// A plan of another version tells by all of its pieces whether the table is what it would
// make.
func TestPiecesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	plan := bigPlan()
	name := filepath.Join(t.TempDir(), "plan.json")
	h, err := WritePlan(t.Context(), disk.Store{}, plan, name)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := OpenPlan(t.Context(), disk.Store{}, name, plan.Program)
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []int{0, 1, h.Totals.Tasks / 2, h.Totals.Tasks - 1} {
		part, err := opened.Part(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		c := newPlanned(disk.Store{}, part, Options{Spec: part.Options}.withDefaults())
		p, _, err := part.task(number)
		if err != nil {
			t.Fatal(err)
		}
		var whole *JobPlan
		for i := range plan.Jobs {
			if plan.Jobs[i].Job.Name == p.Job.Name {
				whole = &plan.Jobs[i]
			}
		}
		for program, want := range map[string]bool{"before": true, "other": false} {
			is, err := c.work(p).isOf(t.Context(), fingerprint(whole.Job, plan.Options, 4, "before"), 4, program)
			if is != want || err != nil {
				t.Errorf("task %d: made by %s: %t, %v; want %t", number, program, is, err, want)
			}
		}
	}
}
