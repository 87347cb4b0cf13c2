package convert

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/verify"
)

// plan plans the conversion of the report to dest.
func (r *s3Report) plan(t *testing.T, dest string) *plan.Plan {
	t.Helper()
	p, err := MakePlan(t.Context(), r.store, []string{r.source}, dest, s3Options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// runTasks runs all tasks of such a plan.
func (r *s3Report) runTasks(t *testing.T, dest string) {
	t.Helper()
	p := r.plan(t, dest)
	for i := range p.Tasks() {
		if _, err := RunTask(t.Context(), r.store, p, i, s3Options.Run); err != nil {
			t.Fatal(err)
		}
	}
}

// s3Commands returns scenarios of the commands that run by themselves. All of them meet
// the table old, and beside it what tasks wrote that are to replace it by want.
func s3Commands(old, want map[string]string) []s3Scenario {
	prepare := func(t *testing.T, r *s3Report, dest string) {
		r.put(t, dest, old)
		r.runTasks(t, dest)
	}
	commands := map[string]*s3Command{
		"commit": {func(t *testing.T, r *s3Report, store storage.Store, dest string) error {
			_, err := Commit(t.Context(), store, r.plan(t, dest), Change{})
			return err
		}, want},
		"clean": {func(t *testing.T, _ *s3Report, store storage.Store, dest string) error {
			_, err := Clean(t.Context(), store, dest, time.Now().Add(time.Hour), Change{})
			return err
		}, old},
		"abort": {func(t *testing.T, r *s3Report, store storage.Store, dest string) error {
			_, err := Abort(t.Context(), store, r.plan(t, dest), Change{})
			return err
		}, old},
	}
	var all []s3Scenario
	for _, name := range []string{"commit", "clean", "abort"} {
		for _, exact := range []bool{false, true} {
			s := s3Scenario{name: name, prepare: prepare, command: commands[name], exact: exact}
			if exact {
				s.name += ", uploads listed by the exact key"
			}
			all = append(all, s)
		}
	}
	return append(all,
		s3Scenario{
			name:    "verify",
			prepare: func(t *testing.T, r *s3Report, dest string) { r.put(t, dest, old) },
			command: &s3Command{func(t *testing.T, _ *s3Report, store storage.Store, dest string) error {
				result, err := verify.Table(t.Context(), store, dest, verify.Options{})
				if len(result.Findings) > 0 { // what cannot be read is an error, and no finding
					t.Errorf("found %v", result.Findings)
				}
				return err
			}, old},
		},
		s3Scenario{
			name:    "replacing, uploads listed by the exact key",
			prepare: func(t *testing.T, r *s3Report, dest string) { r.put(t, dest, old) },
			command: &s3Command{func(t *testing.T, r *s3Report, store storage.Store, dest string) error {
				return r.convert(t, store, dest, s3Options)
			}, want},
			exact: true,
		})
}

// TestS3Commands checks that commands by themselves can be run again, whatever became of
// them.
func TestS3Commands(t *testing.T) {
	r := startS3(t)
	want := r.clean(t, r.dest(t)+"/want", s3Options)
	old := r.clean(t, r.dest(t)+"/old", olderOptions())
	t.Run("vanishing", func(t *testing.T) { vanishFromCommands(t, r, old, want) })
	t.Run("begun", func(t *testing.T) { claimStays(t, r, want) })
}

// From some request of a command on nothing works any more, as if its process were killed
// there. Nothing half is visible, and the same command then ends as if nothing had happened.
func vanishFromCommands(t *testing.T, r *s3Report, old, want map[string]string) {
	step := 61
	if soak {
		step = 1
	}
	for at, s := range s3Commands(old, want) {
		proxy, dest := r.server.NewProxy(t), r.dest(t)+"/undisturbed "+s.name
		s.prepare(t, r, dest)
		if err := s.run(t, r, proxy, dest); err != nil {
			t.Fatal(err)
		}
		storagetest.CompareTrees(t, r.tree(t, dest), s.command.want)
		n := proxy.Count(storagetest.Any)
		t.Logf("%s: %d requests", s.name, n)
		for skip := 7 * at % step; skip < n; skip += step {
			for name, fault := range map[string]storagetest.Fault{"before": storagetest.Reset, "after": storagetest.Lose} {
				if !soak && (name == "before") != (skip%2 == 0) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s request %d of %d", s.name, name, skip+1, n), func(t *testing.T) {
					t.Parallel()
					dest, proxy := r.dest(t), r.server.NewProxy(t)
					s.prepare(t, r, dest)
					proxy.Break(storagetest.Any, skip, -1, fault)
					err := s.run(t, r, proxy, dest)
					if proxy.Broken(storagetest.Any) == 0 {
						t.Error("nothing happened")
					}
					c := s3Cell{s3Report: r, want: s.command.want, old: old}
					c.check(t, dest, err)
					if err := s.command.run(t, r, r.store, dest); err != nil {
						t.Errorf("the same command again: %v", err)
					}
					storagetest.CompareTrees(t, r.tree(t, dest), s.command.want)
				})
			}
		}
	}
}

// A commit that has begun survives abort, which says so, and clean: they drop nothing of it.
func claimStays(t *testing.T, r *s3Report, want map[string]string) {
	dest := r.dest(t) + "/table"
	r.runTasks(t, dest)
	proxy := r.server.NewProxy(t)
	proxy.Break(storagetest.CompleteMultipartUpload, 0, -1, storagetest.Answer(403, "AccessDenied"))
	if _, err := Commit(t.Context(), r.open(t, proxy), r.plan(t, dest), Change{}); err == nil {
		t.Fatal("nothing happened")
	}
	before := r.tree(t, dest)
	if _, err := Abort(t.Context(), r.store, r.plan(t, dest), Change{}); err == nil {
		t.Error("a commit that had begun was aborted")
	}
	dropped, err := Clean(t.Context(), r.store, dest, time.Now().Add(time.Hour), Change{})
	if err == nil && slices.ContainsFunc(dropped, func(l ledger.Leftover) bool { return l.Pending > 0 }) {
		t.Errorf("dropped %+v", dropped)
	}
	storagetest.CompareTrees(t, r.tree(t, dest), before)
	if _, err := Commit(t.Context(), r.store, r.plan(t, dest), Change{}); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, r.tree(t, dest), want)
}
