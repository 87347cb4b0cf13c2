//go:build unix

package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
)

// killCommands checks that commit, clean and abort, killed at any step, end right when
// they are run again, also where another one goes on meanwhile. It kills each at every
// stride-th step. Each meets the table of a conversion, and what the tasks of another
// one have written.
func killCommands(t *testing.T, p *place, stride int) {
	few, ndjson := p.conversion(t, "few", p.makes.few...), p.conversion(t, "ndjson", p.makes.ndjson...)
	random := rand.New(rand.NewPCG(*killSeed, 5))
	begin := time.Now()
	steps := map[string]int{}
	kills := 0
	var total looks
	for _, c := range []struct {
		name string
		code int
		want *conversion
	}{{"commit", exit.Rejects, few}, {"clean", exit.Done, ndjson}, {"abort", exit.Done, ndjson}} {
		for n := 1 + random.IntN(stride); !t.Failed(); n += stride {
			dest := p.fresh()
			p.restore(t, ndjson, dest)
			args := p.runTasks(t, few, dest)
			if c.name == "clean" {
				args = []string{"--older-than", "0h", dest}
			}
			w := p.watching(t, dest, ndjson, few)
			first := p.startCommand(t, syscall.SIGKILL, n, c.name, args...)
			var second *process
			if random.IntN(4) == 0 {
				second = p.start(t, "batchreport", append([]string{c.name}, args...)...)
			}
			died := first.killed()
			if died {
				kills++
				steps[c.name+" "+<-first.stopped]++
				w.now(t)
			} else {
				first.mustExit(t, c.code)
			}
			if second != nil {
				second.mustExit(t, c.code)
			}
			p.start(t, "batchreport", append([]string{c.name}, args...)...).mustExit(t, c.code)
			w.end(t)
			total.add(&w.looks)
			p.check(t, c.want, dest)
			p.start(t, "batchreport", "verify", dest).mustExit(t, exit.Done)
			if t.Failed() {
				t.Logf("the failure is of step %d of %s:\n%s", n, c.name, p.said())
			}
			if !died {
				break
			}
		}
	}
	t.Logf("%s: %d kills of commands at steps, in %.0f s; looked %s; steps: %s", p.name, kills, time.Since(begin).Seconds(), &total, counts(steps))
}

// runTasks runs the tasks of a plan for a conversion, and returns the flag that names it.
func (p *place) runTasks(t *testing.T, c *conversion, dest string) []string {
	t.Helper()
	plan := p.start(t, "batchreport", append([]string{"plan"}, p.args(c, dest)...)...)
	plan.mustExit(t, exit.Done)
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(name, plan.stdout.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	flag := []string{"--plan", name}
	for i := 0; ; i++ {
		task := p.start(t, "batchreport", append([]string{"task", "--index", strconv.Itoa(i)}, flag...)...)
		if task.mustExit(t, exit.Done, exit.Usage) == exit.Usage {
			return flag // there are no more
		}
	}
}
