//go:build unix

package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/convert/storage/disk"
)

var (
	soak     = flag.Bool("soak", false, "kill for minutes, not seconds, and let DuckDB and ClickHouse watch")
	killSeed = flag.Uint64("seed", 1, "of the moments at which processes are killed")
)

// killRows is how many rows a result file has, so that a run takes several times
// as long as the start of a process.
const killRows = 100

// noCollector is the environment of processes that end before the collector of
// garbage is worth its time, which was half of theirs.
var noCollector = []string{"GOGC=off"}

// pick returns short, or long with -soak.
func pick[T any](short, long T) T {
	if *soak {
		return long
	}
	return short
}

// onDisk returns a place on the local disk.
func onDisk(t *testing.T) *place {
	slow(t, "kills dozens of processes")
	p := &place{name: "disk", makes: converts, env: noCollector, made: map[string]*conversion{}, pause: 3 * time.Millisecond, store: disk.Store{}, root: t.TempDir(), source: writeReport(t, killRows)}
	if *soak {
		p.count = newDuckDB(t, p.makes.counted)
	}
	return p
}

// TestKill checks that a run that is killed, at any moment and any number of times,
// ends where one that nothing disturbs does, and that nobody sees anything of it
// before its commit.
func TestKill(t *testing.T) {
	t.Parallel()
	p := onDisk(t)
	t.Run("moments", func(t *testing.T) { killMoments(t, p, pick(12, 200)) })
	t.Run("steps", func(t *testing.T) { killSteps(t, p, pick(13, 1)) })
	t.Run("commands", func(t *testing.T) { killCommands(t, p, pick(31, 1)) })
}

// TestKillOutcome checks of outcome what TestKill does of convert: also where the table in
// the way is one of other jobs, which it replaces as a whole.
func TestKillOutcome(t *testing.T) {
	t.Parallel()
	p := onDisk(t)
	p = p.making(outcomes, func(column string) counter { return newDuckDB(t, column) })
	t.Run("moments", func(t *testing.T) { killMoments(t, p, pick(3, 100)) })
	t.Run("steps", func(t *testing.T) { killSteps(t, p, pick(13, 1)) })
	t.Run("other jobs", func(t *testing.T) { killSuperseding(t, p, pick(11, 1)) })
}

// killMoments kills runs at random moments, until so many kills have hit a process.
func killMoments(t *testing.T, p *place, kills int) {
	parquet, ndjson, few := p.three(t)
	cases := []struct{ old, to *conversion }{{nil, parquet}, {ndjson, parquet}, {few, parquet}, {nil, ndjson}, {parquet, few}}
	k := &killer{random: rand.New(rand.NewPCG(*killSeed, 0)), most: 12}
	begin := time.Now()
	var total looks
	var i int
	for i = 0; k.kills < kills && !t.Failed(); i++ {
		c := cases[i%len(cases)]
		dest := p.fresh()
		p.restore(t, c.old, dest)
		w := p.watching(t, dest, c.old, c.to)
		k.killed = func() { w.now(t) }
		pr := k.run(t.Context(), t, p, c.to.took, p.line(c.to, dest)...)
		pr.mustExit(t, exit.Rejects)
		w.end(t)
		total.add(&w.looks)
		p.check(t, c.to, dest)
	}
	t.Logf("%s: %d kills at random moments of %d runs of %v to %v, in %.0f s; looked %s", p.name, k.kills, i,
		min(parquet.took, ndjson.took, few.took).Round(time.Millisecond), max(parquet.took, ndjson.took, few.took).Round(time.Millisecond), time.Since(begin).Seconds(), &total)
}

// killSteps kills a run at a step, and the run that goes on there at a random step,
// for every stride-th step of a run. It ends when a run has no such step any more.
func killSteps(t *testing.T, p *place, stride int) {
	few, ndjson := p.conversion(t, "few", p.makes.few...), p.conversion(t, "ndjson", p.makes.ndjson...)
	random := rand.New(rand.NewPCG(*killSeed, 1))
	begin := time.Now()
	steps := map[string]int{}
	kills := 0
	var total looks
	for _, old := range []*conversion{nil, ndjson} {
		for n := 1 + random.IntN(stride); !t.Failed(); n += stride {
			dest := p.fresh()
			p.restore(t, old, dest)
			w := p.watching(t, dest, old, few)
			first := p.startSteps(t, syscall.SIGKILL, n, few, dest)
			died := first.killed()
			if died {
				kills++
				steps[<-first.stopped]++
				w.now(t)
				second := p.startSteps(t, syscall.SIGKILL, 1+random.IntN(2*n), few, dest)
				if second.killed() {
					kills++
					steps[<-second.stopped]++
					w.now(t)
				} else {
					second.mustExit(t, exit.Rejects)
				}
				p.convert(t, few, dest)
			} else {
				first.mustExit(t, exit.Rejects)
			}
			w.end(t)
			total.add(&w.looks)
			p.check(t, few, dest)
			if !died {
				break
			}
		}
	}
	t.Logf("%s: %d kills at steps, in %.0f s; looked %s; steps: %s", p.name, kills, time.Since(begin).Seconds(), &total, counts(steps))
}

// counts returns a list of the names and how often each came.
func counts(names map[string]int) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		list = append(list, fmt.Sprintf("%s %d", name, names[name]))
	}
	return strings.Join(list, ", ")
}

// TestStop checks that a run that is stopped at any step while another one commits,
// and then goes on, leaves the table of one of them whole, and knows whose it is.
func TestStop(t *testing.T) {
	t.Parallel()
	stopSteps(t, onDisk(t), pick(29, 1))
}

// stopSteps stops a run at every stride-th step and lets another run pass it.
func stopSteps(t *testing.T, p *place, stride int) {
	parquet, ndjson, few := p.three(t)
	random := rand.New(rand.NewPCG(*killSeed, 2))
	begin := time.Now()
	steps, outcomes := map[string]int{}, map[string]int{}
	stops := 0
	for _, c := range []struct{ old, other *conversion }{{nil, few}, {nil, parquet}, {ndjson, few}, {ndjson, parquet}} {
		for n := 1 + random.IntN(stride); !t.Failed(); n += stride {
			dest := p.fresh()
			p.restore(t, c.old, dest)
			first := p.startSteps(t, syscall.SIGSTOP, n, few, dest)
			step, ok := first.frozen(t)
			if !ok {
				first.mustExit(t, exit.Rejects)
				p.check(t, few, dest)
				break
			}
			stops++
			steps[step]++
			p.convert(t, c.other, dest)
			first.thaw(t)
			code := first.mustExit(t, exit.Rejects, exit.Held)
			winner := c.other
			if c.other == few && code == exit.Held {
				t.Errorf("stopped %s: held by one that does the same:\n%s", step, first.stderr.Bytes())
			}
			now, err := p.register(t.Context(), dest)
			if err != nil {
				t.Fatal(err)
			}
			if code == exit.Rejects && now.Fingerprint == few.record.Fingerprint {
				winner = few
			}
			outcomes[fmt.Sprintf("other %s, exit code %d, table %s", c.other.name, code, winner.name)]++
			if diff := difference(committed(p.tree(t, dest)), winner.files); diff != "" {
				t.Errorf("stopped %s, exit code %d: %s", step, code, diff)
			}
			p.convert(t, few, dest) // the run that lost can be tried again
			p.check(t, few, dest)
			if t.Failed() {
				t.Logf("the failure is of step %d, %s, other %s", n, step, c.other.name)
			}
		}
	}
	t.Logf("%s: %d stops in %.0f s; %s; steps: %s", p.name, stops, time.Since(begin).Seconds(), counts(outcomes), counts(steps))
}

// committed removes from a tree what is pending, and returns the tree.
func committed(files map[string]string) map[string]string {
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
	return files
}

// TestAtOnce checks that two runs at once, on one destination or on two whose names
// begin alike, end as each would alone, also where both get killed.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	atOnce(t, onDisk(t), pick(1, 20))
}

func atOnce(t *testing.T, p *place, rounds int) {
	few, ndjson := p.conversion(t, "few", p.makes.few...), p.conversion(t, "ndjson", p.makes.ndjson...)
	begin := time.Now()
	outcomes := map[string]int{}
	kills := 0
	for round := range rounds {
		for _, c := range []struct {
			name        string
			a, b        *conversion
			neighbour   string
			mayBeHeld   bool
			mostKillsOf int
		}{
			{"same", few, few, "", false, 3},
			{"other", few, ndjson, "", true, 0},
			{"other, killed", ndjson, few, "", true, 3},
			{"neighbours", few, ndjson, "_raw", false, 3},
			{"neighbours, same", few, few, "_raw", false, 3},
		} {
			dest := p.fresh()
			codes := []int{exit.Rejects}
			if c.mayBeHeld {
				codes = append(codes, exit.Held)
			}
			random := rand.New(rand.NewPCG(*killSeed, uint64(100+round)))
			a := &killer{random: random, most: c.mostKillsOf}
			b := &killer{random: rand.New(rand.NewPCG(*killSeed, uint64(200+round))), most: c.mostKillsOf}
			other := make(chan *process)
			go func() {
				other <- b.run(t.Context(), t, p, 2*c.b.took, p.line(c.b, dest+c.neighbour)...)
			}()
			codeA := a.run(t.Context(), t, p, 2*c.a.took, p.line(c.a, dest)...).mustExit(t, codes...)
			codeB := (<-other).mustExit(t, codes...)
			kills += a.kills + b.kills
			outcomes[fmt.Sprintf("%s %d %d", c.name, codeA, codeB)]++
			if codeA == exit.Held && codeB == exit.Held {
				t.Errorf("%s: both lost", c.name)
			}
			switch {
			case c.neighbour != "":
				p.check(t, c.a, dest)
				p.check(t, c.b, dest+c.neighbour)
			case c.a == c.b:
				p.check(t, c.a, dest)
			default:
				now := committed(p.tree(t, dest))
				if a, b := difference(now, c.a.files), difference(now, c.b.files); a != "" && b != "" {
					t.Errorf("%s: neither %s nor %s", c.name, a, b)
				}
				p.convert(t, c.a, dest)
				p.convert(t, c.b, dest)
				p.check(t, c.b, dest)
			}
		}
	}
	t.Logf("%s: pairs at once in %.0f s, with %d kills; exit codes: %s", p.name, time.Since(begin).Seconds(), kills, counts(outcomes))
}

// TestWithdrawn checks that a commit that can never be published leaves the table that
// was there before, whichever step of it, or of taking it back, a process is killed or
// stopped at, and whatever a second process that rolls forward does beside it.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	withdrawSteps(t, onDisk(t), pick(41, 1), true)
}

// withdrawSteps kills and stops at each stride-th step. Unless all is set, each kind of
// file that cannot be published meets only one of the two tables.
func withdrawSteps(t *testing.T, p *place, stride int, all bool) {
	few, ndjson := p.conversion(t, "few", p.makes.few...), p.conversion(t, "ndjson", p.makes.ndjson...)
	// Processes get their environment from the place.
	nowhere := &place{name: p.name, makes: p.makes, store: p.store, root: p.root, source: p.source}
	random := rand.New(rand.NewPCG(*killSeed, 4))
	begin := time.Now()
	steps := map[string]int{}
	const never = 1 << 30
	for _, old := range []*conversion{nil, ndjson} {
		for _, kind := range []string{"rejects", "part"} {
			if !all && (old == nil) != (kind == "rejects") {
				continue
			}
			nowhere.env = append(slices.Clone(p.env), "BATCHREPORT_STEPS_NOWHERE="+kind)
			var before map[string]string
			if old != nil {
				before = old.files
			}
			for n := 1 + random.IntN(stride); !t.Failed(); n += stride {
				dest := p.fresh()
				p.restore(t, old, dest)
				var step string
				reached := false
				if random.IntN(2) == 0 {
					// One is killed while the other, which began at the same time, goes on.
					first := nowhere.startSteps(t, syscall.SIGKILL, n, few, dest)
					second := nowhere.startSteps(t, syscall.SIGKILL, never, few, dest)
					if reached = first.killed(); reached {
						step = <-first.stopped
					} else {
						first.mustExit(t, exit.Failed)
					}
					second.mustExit(t, exit.Failed)
				} else {
					// One is stopped, the other passes it, and it goes on.
					first := nowhere.startSteps(t, syscall.SIGSTOP, n, few, dest)
					if step, reached = first.frozen(t); reached {
						nowhere.startSteps(t, syscall.SIGKILL, never, few, dest).mustExit(t, exit.Failed)
						first.thaw(t)
					}
					first.mustExit(t, exit.Failed)
				}
				// Nothing is in the way of one more, and it takes back what is left.
				nowhere.startSteps(t, syscall.SIGKILL, never, few, dest).mustExit(t, exit.Failed)
				left := committed(p.tree(t, dest))
				for name := range left {
					if strings.HasSuffix(name, "/commit.json") && old == nil {
						delete(left, name) // of no record
					}
				}
				if diff := difference(left, before); diff != "" {
					t.Errorf("%s, step %d, %s: %s", kind, n, step, diff)
				}
				p.convert(t, few, dest)
				p.check(t, few, dest)
				if !reached {
					break
				}
				steps[step]++
			}
		}
	}
	t.Logf("%s: %d kills and stops in %.0f s; steps: %s", p.name, len(steps), time.Since(begin).Seconds(), counts(steps))
}

// counter is a program that counts the rows of the Parquet files in a table.
type counter interface {
	rows(ctx context.Context, dest string) (int64, error)
}
