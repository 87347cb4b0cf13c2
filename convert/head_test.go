package convert

import (
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"batchreport/convert/plan"
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
		p := tb.plan(t, o)
		name := filepath.Join(t.TempDir(), "plan.json")
		if _, err := plan.Write(t.Context(), store, p, name); err != nil {
			t.Fatal(err)
		}
		opened, err := plan.Open(t.Context(), store, name, p.Program)
		if err != nil {
			t.Fatal(err)
		}
		for index := range p.Tasks() {
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
		if _, err := Commit(t.Context(), disk.Store{}, p, Change{Force: o.Force}); err != nil {
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
