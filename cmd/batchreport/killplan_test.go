//go:build unix

package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
)

// planFlags make 16 tasks or one more of the report.
var planFlags = []string{"--task-size", "12KB"}

// TestTasks checks that tasks in processes of their own, in any order, at once, and
// some of them twice, with a commit too early and two at once at the end, make what
// convert makes.
func TestTasks(t *testing.T) {
	t.Parallel()
	runPlan(t, onDisk(t), pick(0, 4))
}

// runPlan runs a plan in that way, and kills each process up to kills times first.
func runPlan(t *testing.T, p *place, kills int) {
	want := p.conversion(t, "plan", planFlags...)
	begin := time.Now()
	dest := p.fresh()
	plan := p.start(t, "batchreport", append([]string{"plan"}, p.args(want, dest)...)...)
	plan.mustExit(t, exit.Done)
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(name, plan.stdout.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	var planned struct {
		Jobs []struct{ Tasks []json.RawMessage }
	}
	if err := json.Unmarshal(plan.stdout.Bytes(), &planned); err != nil {
		t.Fatal(err)
	}
	if len(planned.Jobs) != 1 || len(planned.Jobs[0].Tasks) < 16 {
		t.Fatalf("the plan has fewer than 16 tasks: %s", plan.stdout.Bytes())
	}
	tasks := len(planned.Jobs[0].Tasks)

	w := p.watching(t, dest, nil, want)
	random := rand.New(rand.NewPCG(*killSeed, 3))
	total := 0
	// A batch of tasks runs at once; the first three are there twice.
	const batch = 4
	order := random.Perm(tasks)
	order = append(order[:3:3], order...)
	for i := 0; i < len(order); i += batch {
		var running []*process
		for _, task := range order[i:min(i+batch, len(order))] {
			k := &killer{random: random, most: kills}
			args := []string{"task", "--plan", name, "--index", strconv.Itoa(task)}
			if kills > 0 {
				k.run(t.Context(), t, p, want.took/2, args...).mustExit(t, exit.Done)
				total += k.kills
				continue
			}
			running = append(running, p.start(t, "batchreport", args...))
		}
		for _, pr := range running {
			pr.mustExit(t, exit.Done)
		}
		if i == batch {
			early := p.start(t, "batchreport", "commit", "--plan", name)
			early.mustExit(t, exit.Failed)
			if message := early.stderr.String(); !strings.Contains(message, "not been run to") {
				t.Errorf("an early commit says %s", message)
			}
		}
	}
	var killers [2]killer
	ended := make(chan *process)
	for i := range killers {
		k := &killers[i]
		*k = killer{random: rand.New(rand.NewPCG(*killSeed, uint64(i))), most: kills}
		go func() { ended <- k.run(t.Context(), t, p, want.took/2, "commit", "--plan", name) }()
	}
	for range killers {
		(<-ended).mustExit(t, exit.Rejects)
	}
	total += killers[0].kills + killers[1].kills
	w.end(t)
	p.check(t, want, dest)
	t.Logf("%s: %d tasks and commits in processes of their own, with %d kills, in %.0f s; looked %s", p.name, tasks, total, time.Since(begin).Seconds(), &w.looks)
}
