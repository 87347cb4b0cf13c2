package convert

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// Whatever call on the store fails, its error is the run's, and nothing is left.
func TestConvertFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, op := range []string{"stat", "list", "open", "read", "create", "write", "commit", "publish", "put"} {
		for _, later := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, later %t", op, later), func(t *testing.T) {
				t.Parallel()
				calls := 0
				tb := newTable(t)
				o := tableOptions
				o.Force = true
				count := &hookedStore{Store: disk.Store{}, before: func(called, _ string) error {
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
				_, err := tb.convert(t.Context(), t, &hookedStore{Store: disk.Store{}, before: failNth(op, n, broken)}, tableOptions)
				if !errors.Is(err, broken) {
					t.Errorf("error of call %d of %d is %v; want %v", n, calls, err, broken)
				}
				if left := readTree(t, tb.dest); len(left) > 0 {
					t.Errorf("left %q", slices.Collect(maps.Keys(left)))
				}
			})
		}
	}
}

// A run that is cancelled at any moment leaves nothing, and the next one does
// what it would have done.
func TestConvertCancelled(t *testing.T) {
	t.Parallel()
	want := cleanTable(t, tableOptions)
	calls := 0
	count := &hookedStore{Store: disk.Store{}, before: func(string, string) error { calls++; return nil }}
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
			store := &hookedStore{Store: disk.Store{}, before: func(string, string) error {
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
			if !errors.Is(err, stop) {
				t.Errorf("error is %v; want %v", err, stop)
			}
			if left := readTree(t, tb.dest); len(left) > 0 {
				t.Errorf("left %q", slices.Collect(maps.Keys(left)))
			}
			if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
				t.Fatal(err)
			}
			compareTrees(t, readTree(t, tb.dest), want)
		})
	}
}

// A run that is cancelled between two jobs keeps the first, and says that it was cancelled.
func TestConvertCancelledBetweenJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, job := range []string{jobA, jobB} {
		writeTree(t, dir, reportFiles(t, "in/", job, failures("A")))
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	store := &hookedStore{Store: disk.Store{}, before: func(op, name string) error {
		if op == "open" && strings.HasSuffix(name, ".csv") && strings.Contains(name, jobB) {
			t.Error("the second job was begun")
		}
		return nil
	}}
	summary, err := Convert(ctx, &afterPut{store, func() { cancel(stop) }}, []string{dir + "/in"}, dir+"/table", Options{})
	if !errors.Is(err, stop) || len(summary.Jobs) != 1 || summary.Jobs[0].Outcome != Committed {
		t.Errorf("got %+v, %v; want one job and %v", summary, err, stop)
	}
}

// afterPut calls a function after each Put.
type afterPut struct {
	storage.Store
	after func()
}

// Put implements storage.Store.
func (s *afterPut) Put(ctx context.Context, name string, data []byte) error {
	defer s.after()
	return s.Store.Put(ctx, name, data)
}
