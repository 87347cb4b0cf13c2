package convert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/verify"
)

// Whatever call of a command on the store fails, that call alone or all from then on,
// nothing half is visible, and the same command then ends as if nothing had happened.
func TestCommandFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	old, want := cleanTable(t, otherOptions()), cleanTable(t, tableOptions)
	commands := []struct {
		name string
		run  func(ctx context.Context, store storage.Store, p *plan.Plan) error
		want map[string]string // what is there after it
	}{
		{"commit", func(ctx context.Context, store storage.Store, p *plan.Plan) error {
			_, err := Commit(ctx, store, p, Change{})
			return err
		}, want},
		{"clean", func(ctx context.Context, store storage.Store, p *plan.Plan) error {
			_, err := Clean(ctx, store, p.Dest, time.Now().Add(time.Hour), Change{})
			return err
		}, old},
		{"abort", func(ctx context.Context, store storage.Store, p *plan.Plan) error {
			_, err := Abort(ctx, store, p, Change{})
			return err
		}, old},
		{"verify", func(ctx context.Context, store storage.Store, p *plan.Plan) error {
			result, err := verify.Table(ctx, store, p.Dest, verify.Options{Workers: 1})
			if len(result.Findings) > 0 {
				return fmt.Errorf("found %v", result.Findings)
			}
			return err
		}, nil},
	}
	for _, c := range commands {
		for _, dead := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, dead %t", c.name, dead), func(t *testing.T) {
				t.Parallel()
				step := 13
				if soak {
					step = 1
				}
				for n := 1; ; n += step {
					tb := newTable(t)
					storagetest.WriteTree(t, tb.dest, old)
					p, err := MakePlan(t.Context(), disk.Store{}, []string{tb.source}, tb.dest, tableOptions)
					if err != nil {
						t.Fatal(err)
					}
					for i := range p.Tasks() {
						if _, err := RunTask(t.Context(), disk.Store{}, p, i, tableOptions.Run); err != nil {
							t.Fatal(err)
						}
					}
					before := storagetest.ReadTree(t, tb.dest)
					calls := 0
					call := ""
					store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
						calls++
						if calls == n || dead && calls > n {
							call = cmp.Or(call, op+" "+name)
							return broken
						}
						return nil
					}}
					err = c.run(t.Context(), store, p)
					if err != nil && !errors.Is(err, broken) {
						t.Errorf("%s fails: %v", call, err)
					}
					left := storagetest.ReadTree(t, tb.dest)
					record, e := readRecord(t, disk.Store{}, tb.dest)
					if e != nil {
						t.Fatal(e)
					}
					checkVisible(t, left, record, old, want)
					after := c.want
					if after == nil {
						after = before
					}
					if err == nil && c.name != "commit" { // whose tidying may fail
						storagetest.CompareTrees(t, left, after)
					}
					if err := c.run(t.Context(), disk.Store{}, p); err != nil {
						t.Errorf("%s fails, and then the same command: %v", call, err)
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), after)
					if t.Failed() {
						t.Fatalf("it failed at call %d: %s", n, call)
					}
					if call == "" {
						t.Logf("%d calls", calls)
						break
					}
				}
			})
		}
	}
}

// What a process that was killed left of a commit record goes with clean, once it is old,
// and nothing of a like name does.
func TestCleanKilledSwap(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	want := cleanTable(t, tableOptions)
	left := ledger.StateFolder + "/" + reporttest.JobA + "/commit.json.pending"
	other := ledger.StateFolder + "/" + reporttest.JobA + "/x.json.pending"
	want[other] = "somebody's"
	storagetest.WriteTree(t, tb.dest, want)
	storagetest.WriteTree(t, tb.dest, map[string]string{left: "{"})
	for _, c := range []struct {
		since time.Time
		run   Change
		stays bool
	}{{time.Now().Add(-time.Hour), Change{}, true}, {time.Now().Add(time.Hour), Change{DryRun: true}, true}, {time.Now().Add(time.Hour), Change{}, false}} {
		if _, err := Clean(t.Context(), disk.Store{}, tb.dest, c.since, c.run); err != nil {
			t.Fatal(err)
		}
		if _, stays := storagetest.ReadTree(t, tb.dest)[left]; stays != c.stays {
			t.Errorf("cleaned of what is older than %v, dry %t: it stays %t", c.since, c.run.DryRun, stays)
		}
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
}
