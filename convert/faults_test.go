package convert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// Whatever call on the store fails, its error is the run's, nothing is visible,
// and the same command then does the whole of it.
func TestConvertFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	want := cleanTable(t, tableOptions)
	for _, op := range []string{"stat", "list", "open", "read", "create", "write", "commit", "put", "get"} {
		for _, later := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, later %t", op, later), func(t *testing.T) {
				t.Parallel()
				calls := 0
				tb := newTable(t)
				o := tableOptions
				o.Force = true
				count := &storagetest.Hooked{Store: disk.Store{}, Before: func(called, _ string) error {
					if called == op {
						calls++
					}
					return nil
				}}
				if _, err := tb.convert(t.Context(), t, count, o); err != nil {
					t.Fatal(err)
				}
				n := 1
				if later {
					n = 1 + calls/2
				}
				tb = newTable(t)
				_, err := tb.convert(t.Context(), t, &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth(op, n, broken)}, tableOptions)
				if !errors.Is(err, broken) {
					t.Errorf("error of call %d of %d is %v; want %v", n, calls, err, broken)
				}
				if left := notPending(storagetest.ReadTree(t, tb.dest)); len(left) > 0 {
					t.Errorf("left %q", left)
				}
				if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
					t.Fatal(err)
				}
				storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
			})
		}
	}
}

// A run that is cancelled at any moment shows nothing unless its commit has
// begun, and the next one does what it would have done.
func TestConvertCancelled(t *testing.T) {
	t.Parallel()
	want := cleanTable(t, tableOptions)
	calls := 0
	count := &storagetest.Hooked{Store: disk.Store{}, Before: func(string, string) error { calls++; return nil }}
	if _, err := newTable(t).convert(t.Context(), t, count, tableOptions); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			n := 1 + rand.New(rand.NewPCG(seed, 0)).IntN(calls)
			store := &storagetest.Hooked{Store: disk.Store{}, Before: func(string, string) error {
				if n--; n == 0 {
					cancel(stop)
				}
				return nil
			}}
			o := tableOptions
			o.Workers = 1 + int(seed%4)
			tb := newTable(t)
			_, err := tb.convert(ctx, t, store, o)
			// The number of reads and writes varies, so the moment may be none.
			if n > 0 {
				return
			}
			if err == nil { // all was done already
				storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
				return
			}
			if !errors.Is(err, stop) {
				t.Errorf("error is %v; want %v", err, stop)
			}
			claimed := false
			if _, _, err := (disk.Store{}).Get(t.Context(), filepath.Join(tb.dest, ledger.StateFolder, reporttest.JobA, "commit.json"), 1<<20); !errors.Is(err, fs.ErrNotExist) {
				claimed = true
			}
			if left := notPending(storagetest.ReadTree(t, tb.dest)); len(left) > 0 && !claimed {
				t.Errorf("left %q", left)
			}
			if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
				t.Fatal(err)
			}
			storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
		})
	}
}

// A run that is cancelled between two jobs keeps the first, and says that it was cancelled.
func TestConvertCancelledBetweenJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, job := range []string{reporttest.JobA, reporttest.JobB} {
		storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", job, failures("A")))
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
		if op == "open" && strings.HasSuffix(name, ".csv") && strings.Contains(name, reporttest.JobB) {
			t.Error("the second job was begun")
		}
		return nil
	}}
	summary, err := Convert(ctx, &afterSwap{store, 0, func() { cancel(stop) }}, []string{dir + "/in"}, dir+"/table", Options{})
	if !errors.Is(err, stop) || len(summary.Jobs) != 1 || summary.Jobs[0].Outcome != Committed {
		t.Errorf("got %+v, %v; want one job and %v", summary, err, stop)
	}
}

// afterSwap calls a function after the second Swap, which ends a job.
type afterSwap struct {
	storage.Store
	swaps int
	after func()
}

// Swap implements storage.Store.
func (s *afterSwap) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	if strings.HasSuffix(name, "/commit.json") {
		s.swaps++
	}
	if s.swaps == 2 {
		defer s.after()
	}
	return s.Store.Swap(ctx, name, data, tag)
}
