package convert

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// plan plans the table's conversion and hands the plan on as JSON.
func (tb testTable) plan(t *testing.T, o Options) *plan.Plan {
	t.Helper()
	p, err := MakePlan(t.Context(), disk.Store{}, []string{tb.source}, tb.dest, o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = plan.Parse(data, p.Program); err != nil {
		t.Fatal(err)
	}
	return p
}

// Tasks in any order, at once and more than once, and then a commit, or two at
// once, give what Convert gives.
func TestSteps(t *testing.T) {
	t.Parallel()
	want := cleanTable(t, tableOptions)
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			p := tb.plan(t, tableOptions)
			if n := p.Tasks(); n != 3 {
				t.Fatalf("%d tasks; want 3", n)
			}
			if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err == nil || !strings.Contains(err.Error(), "tasks 0, 1, 2 have not") {
				t.Errorf("commit before all tasks: %v", err)
			}
			random := rand.New(rand.NewPCG(seed, 0))
			var wg sync.WaitGroup
			for _, index := range random.Perm(6) {
				wg.Go(func() {
					if s, err := RunTask(t.Context(), disk.Store{}, p, index/2, Run{Workers: 1 + index%2}); err != nil || s.Outcome != Written && s.Outcome != Unchanged {
						t.Errorf("task %d: %+v, %v", index/2, s, err)
					}
				})
			}
			wg.Wait()
			if left := notPending(storagetest.ReadTree(t, tb.dest)); len(left) > 0 {
				t.Errorf("before the commit there is %q", left)
			}
			for range 2 {
				wg.Go(func() {
					if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
			if s, err := RunTask(t.Context(), disk.Store{}, p, 1, Run{}); err != nil || s.Outcome != Unchanged {
				t.Errorf("a task after the commit: %+v, %v", s, err)
			}
			storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
		})
	}
}

// Runs at once, with the same and with other options, end in one of the tables
// that they would make alone, and all of them know which.
func TestConvertAtOnce(t *testing.T) {
	t.Parallel()
	tables := []map[string]string{cleanTable(t, tableOptions), cleanTable(t, otherOptions())}
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			var wg sync.WaitGroup
			for i, o := range []Options{tableOptions, otherOptions(), tableOptions}[seed%2:] {
				wg.Go(func() {
					_, err := Convert(t.Context(), disk.Store{}, []string{tb.source}, tb.dest, o)
					if held := (*ledger.HeldError)(nil); err != nil && !errors.As(err, &held) {
						t.Errorf("run %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			got := storagetest.ReadTree(t, tb.dest)
			maps.DeleteFunc(got, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
			names := slices.Sorted(maps.Keys(got))
			if !slices.ContainsFunc(tables, func(want map[string]string) bool { return maps.Equal(got, want) }) {
				t.Errorf("the table is neither: %q", names)
			}
			// Whoever lost can try again.
			if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
				t.Fatal(err)
			}
			if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
				t.Fatal(err)
			}
			got = storagetest.ReadTree(t, tb.dest)
			storagetest.CompareTrees(t, got, tables[0])
		})
	}
}

// Abort and Clean drop what waits, nothing else, and nothing whose commit has begun.
func TestAbortAndClean(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for _, when := range []string{"tasks done", "commit begun", "committed"} {
		for _, dryRun := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, dry run %t", when, dryRun), func(t *testing.T) {
				t.Parallel()
				tb := newTable(t)
				mine := map[string]string{"_batchreport/notes/pending/x/run.json": "mine", "_batchreport/" + reporttest.JobA + "/notes.pending": "mine", "job_id=" + reporttest.JobA + "/mine.ndjson": "mine"}
				storagetest.WriteTree(t, tb.dest, mine)
				store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) error {
					if op == "publish" && when == "commit begun" || op == "swap" && when == "tasks done" {
						return stop
					}
					return nil
				}}
				if _, err := tb.convert(t.Context(), t, store, tableOptions); (err == nil) != (when == "committed") {
					t.Fatal(err)
				}
				before := storagetest.ReadTree(t, tb.dest)
				if l, err := Clean(t.Context(), disk.Store{}, tb.dest, time.Now().Add(-time.Hour), Change{DryRun: dryRun}); len(l) > 0 || err != nil {
					t.Errorf("Clean of what is an hour old = %+v, %v", l, err)
				}
				storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
				soon := time.Now().Add(time.Hour)
				drops := []func() ([]ledger.Leftover, error){
					func() ([]ledger.Leftover, error) {
						return Clean(t.Context(), disk.Store{}, tb.dest, soon, Change{DryRun: dryRun})
					},
					func() ([]ledger.Leftover, error) {
						return Abort(t.Context(), disk.Store{}, tb.plan(t, tableOptions), Change{DryRun: dryRun})
					},
				}
				if len(tb.dest)%2 == 0 {
					slices.Reverse(drops)
				}
				for i, drop := range drops {
					l, err := drop()
					if (err != nil) != (when == "commit begun") {
						t.Errorf("drop %d: %v", i, err)
					}
					want := 0
					if when == "tasks done" && (i == 0 || dryRun) {
						want = 1
					}
					if len(l) != want || want == 1 && (l[0].Job != reporttest.JobA || l[0].Tasks != 3 || l[0].Pending != 6 || l[0].Modified.IsZero()) {
						t.Errorf("drop %d dropped %+v", i, l)
					}
				}
				if when == "tasks done" && !dryRun {
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), mine)
				} else {
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
				}
			})
		}
	}
}

// The same destination may be called by other names from run to run.
func TestOtherNames(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	stop := errors.New("stop")
	for _, op := range []string{"swap", "publish"} {
		store := &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth(op, 1, stop)}
		if _, err := tb.convert(t.Context(), t, store, tableOptions); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		tb.dest = filepath.Dir(tb.dest) + "/./" + filepath.Base(tb.dest)
	}
	store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
		if op == "open" && strings.HasSuffix(name, ".csv") {
			t.Errorf("%s is read again", name)
		}
		return nil
	}}
	if _, err := tb.convert(t.Context(), t, store, tableOptions); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, filepath.Clean(tb.dest)), cleanTable(t, tableOptions))
}

// A table that another run brings back while this one deletes what it replaced is
// left alone, and where it is too late for that, it is said.
func TestFinishAfterAnother(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		t.Run(fmt.Sprintf("late %t", late), func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
				t.Fatal(err)
			}
			done := false
			store := &storagetest.Hooked{Store: disk.Store{}}
			swaps := 0
			store.Before = func(op, name string) error {
				swaps += strings.Count(op, "swap")
				// After the second swap the record is the new one.
				if done || swaps < 2 || late && op != "delete" || !late && op != "get" {
					return nil
				}
				done = true
				_, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions())
				return err
			}
			_, err := tb.convert(t.Context(), t, store, tableOptions)
			if !done || (err != nil) != late || late && !strings.Contains(err.Error(), "brought back") {
				t.Errorf("error is %v", err)
			}
			if late {
				o := otherOptions()
				o.Force = true
				if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
					t.Fatal(err)
				}
			}
			storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, otherOptions()))
		})
	}
}

// A plan is plain JSON: one that was not read by plan.Parse can be run too, and what
// is wrong with it is said, whatever it is.
func TestPlainPlan(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	data, err := json.Marshal(tb.plan(t, tableOptions))
	if err != nil {
		t.Fatal(err)
	}
	plain := func() *plan.Plan {
		var p plan.Plan
		if err := json.Unmarshal(data, &p); err != nil {
			t.Fatal(err)
		}
		return &p
	}
	for name, change := range map[string]func(p *plan.Plan){
		"empty":        func(p *plan.Plan) { *p = plan.Plan{} },
		"version":      func(p *plan.Plan) { p.Version++ },
		"job":          func(p *plan.Plan) { p.Jobs[0].Job.Name = "../x" },
		"no dest":      func(p *plan.Plan) { p.Dest = "" },
		"stdout":       func(p *plan.Plan) { p.Dest = "-" },
		"no files":     func(p *plan.Plan) { p.Jobs[0].Job.Files = nil },
		"task beyond":  func(p *plan.Plan) { p.Jobs[0].Tasks[2].First = 100 },
		"task too far": func(p *plan.Plan) { p.Jobs[0].Tasks[1].Files = 1 << 60 },
		"fingerprint":  func(p *plan.Plan) { p.Jobs[0].Fingerprint = "x" },
		"format":       func(p *plan.Plan) { p.Options.Format = "csv" },
	} {
		p := plain()
		change(p)
		_, run := RunTask(t.Context(), disk.Store{}, p, 1, Run{})
		_, commit := Commit(t.Context(), disk.Store{}, p, Change{})
		_, abort := Abort(t.Context(), disk.Store{}, p, Change{})
		if run == nil || commit == nil || abort == nil {
			t.Errorf("%s: errors are %v, %v, %v", name, run, commit, abort)
		}
	}
	p := plain()
	var tasks sync.WaitGroup // which may share a plan
	for index := range p.Tasks() {
		tasks.Go(func() {
			if _, err := RunTask(t.Context(), disk.Store{}, p, index, Run{}); err != nil {
				t.Error(err)
			}
		})
	}
	tasks.Wait()
	if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
}
