//go:build unix

package main

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/convert/ledger"
)

// killSuperseding kills a run of outcome at every stride-th step where the destination has
// the outcomes of other jobs, which it replaces as a whole. At every moment the records
// speak of one of the two tables, and the same command ends in the new one.
func killSuperseding(t *testing.T, p *place, stride int) {
	other := filepath.Join(t.TempDir(), "job-"+strings.Replace(killJob, "2c8f", "3d90", 1))
	if err := os.CopyFS(other, os.DirFS(p.source)); err != nil {
		t.Fatal(err)
	}
	few := p.conversion(t, "few", p.makes.few...)
	old := &conversion{name: "other jobs"}
	dest := p.fresh()
	p.start(t, "batchreport", "outcome", "--max-rejects", "-1", "--format", "ndjson", other, dest).mustExit(t, exit.Rejects)
	old.files = p.tree(t, dest)
	oldParts, newParts := parts(old.files), parts(few.files)
	if len(oldParts) == 0 || difference(oldParts, newParts) == "" {
		t.Fatalf("the table of other jobs has %d files", len(oldParts))
	}
	random := rand.New(rand.NewPCG(*killSeed, 6))
	begin := time.Now()
	steps := map[string]int{}
	for n := 1 + random.IntN(stride); !t.Failed(); n += stride {
		dest := p.fresh()
		p.restore(t, old, dest)
		first := p.startSteps(t, syscall.SIGKILL, n, few, dest)
		died := first.killed()
		if died {
			steps[<-first.stopped]++
			records, err := ledger.ReadRecords(t.Context(), p.store, dest)
			if err != nil || len(records) != 1 {
				t.Fatalf("step %d: %d records, %v", n, len(records), err)
			}
			for _, name := range records[0].Files() {
				if now := p.tree(t, dest); now[name] == "" {
					t.Errorf("step %d: the record lists %s, which is not there", n, name)
				}
			}
			p.convert(t, few, dest)
		} else {
			first.mustExit(t, exit.Rejects)
		}
		if diff := difference(parts(p.tree(t, dest)), newParts); diff != "" {
			t.Errorf("step %d: %s\n%s", n, diff, p.said())
		}
		p.start(t, "batchreport", "verify", dest).mustExit(t, exit.Done)
		if !died {
			break
		}
	}
	t.Logf("%s: %d kills at steps of replacing other jobs, in %.0f s; steps: %s", p.name, len(steps), time.Since(begin).Seconds(), counts(steps))
}

// parts returns the files of a tree that are no records: those of the table and the rejects.
func parts(files map[string]string) map[string]string {
	files = maps.Clone(files)
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasSuffix(name, ".json") })
	return files
}
