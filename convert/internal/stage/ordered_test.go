package stage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"golang.org/x/sync/errgroup"
)

// values hands out values and knows how often each was released.
type values struct {
	mu  sync.Mutex
	all []*value
}

type value struct {
	n        int
	released atomic.Int32
}

// Release implements Releaser.
func (v *value) Release() { v.released.Add(1) }

func (s *values) new(n int) *value {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &value{n: n}
	s.all = append(s.all, v)
	return v
}

func (s *values) check(t *testing.T, what string) {
	t.Helper()
	for _, v := range s.all {
		if n := v.released.Load(); n != 1 {
			t.Errorf("%s %d was released %d times; want once", what, v.n, n)
		}
	}
}

// orderedRun is a run of InOrder over the numbers below items.
type orderedRun struct {
	workers, items  int
	work            func(n int) error
	deliver         func(ctx context.Context, n int) error
	inputs, outputs values
	delivered       []int
}

// run does what runTask does around its stages: one group, and a drain at the end.
func (r *orderedRun) run(ctx context.Context) error {
	in := make(chan *value, r.workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(in)
		for n := range r.items {
			v := r.inputs.new(n)
			if err := Send(ctx, in, v); err != nil {
				v.Release()
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		return InOrder(ctx, r.workers, r.workers-1, in, r.newWork, func(ctx context.Context, v *value) error {
			defer v.Release()
			if err := r.deliver(ctx, v.n); err != nil {
				return err
			}
			r.delivered = append(r.delivered, v.n)
			return nil
		})
	})
	err := g.Wait()
	Drain(in)
	return err
}

func (r *orderedRun) newWork() func(*value) (*value, error) {
	return func(v *value) (*value, error) {
		defer v.Release()
		if err := r.work(v.n); err != nil {
			return nil, err
		}
		return r.outputs.new(v.n), nil
	}
}

// check checks that the results came in order, without a gap, up to those before
// the first failure, and that nothing leaked.
func (r *orderedRun) check(t *testing.T) {
	t.Helper()
	r.inputs.check(t, "input")
	r.outputs.check(t, "output")
	for i, n := range r.delivered {
		if i != n {
			t.Fatalf("result %d came in place %d", n, i)
		}
	}
}

// itemError is the error of item n.
type itemError int

func (e itemError) Error() string { return fmt.Sprintf("item %d", int(e)) }

func TestInOrder(t *testing.T) {
	t.Parallel()
	// from fails for n and all that follow, so that the first error is not the only one.
	from := func(first int) func(int) error {
		return func(n int) error {
			if n >= first {
				return itemError(n)
			}
			return nil
		}
	}
	panics := func(first int) func(int) error {
		return func(n int) error {
			if n == first {
				panic("out of cheese")
			}
			return nil
		}
	}
	never := from(1 << 30)
	tests := []struct {
		name          string
		items         int
		work, deliver func(n int) error
		delivered     int
		err           string
	}{
		{"none", 0, never, never, 0, ""},
		{"one", 1, never, never, 1, ""},
		{"many", 100, never, never, 100, ""},
		{"work fails at once", 100, from(0), never, 0, "item 0"},
		{"work fails later", 100, from(57), never, 57, "item 57"},
		{"deliver fails at once", 100, never, from(0), 0, "item 0"},
		{"deliver fails later", 100, never, from(57), 57, "item 57"},
		{"deliver fails before work", 100, from(58), from(57), 57, "item 57"},
		{"work panics at once", 100, panics(0), never, 0, "internal error, please report it: out of cheese"},
		{"work panics later", 100, panics(57), never, 57, "internal error, please report it: out of cheese"},
		{"deliver panics later", 100, never, panics(57), 57, "internal error, please report it: out of cheese"},
	}
	for _, tt := range tests {
		for _, workers := range []int{1, 2, 7} {
			t.Run(fmt.Sprintf("%s/%d workers", tt.name, workers), func(t *testing.T) {
				t.Parallel()
				r := orderedRun{
					workers: workers, items: tt.items, work: tt.work,
					deliver: func(_ context.Context, n int) error { return tt.deliver(n) },
				}
				got := ""
				if err := r.run(t.Context()); err != nil {
					got, _, _ = strings.Cut(err.Error(), "\n")
				}
				if got != tt.err {
					t.Errorf("error is %q; want %q", got, tt.err)
				}
				if len(r.delivered) != tt.delivered {
					t.Errorf("%d results came; want %d", len(r.delivered), tt.delivered)
				}
				r.check(t)
			})
		}
	}
}

// TestInOrderOwnWork: every worker has a function of its own, so what that keeps
// needs no lock.
func TestInOrderOwnWork(t *testing.T) {
	t.Parallel()
	const workers = 3
	in := make(chan *value)
	go func() {
		defer close(in)
		for range 100 {
			in <- &value{}
		}
	}()
	counts := make([]int, workers)
	var made atomic.Int32
	err := InOrder(t.Context(), workers, workers, in, func() func(*value) (*value, error) {
		mine := &counts[made.Add(1)-1]
		return func(v *value) (*value, error) {
			*mine++
			return v, nil
		}
	}, func(context.Context, *value) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if sum := counts[0] + counts[1] + counts[2]; made.Load() != workers || sum != 100 {
		t.Errorf("%d functions did %d items; want %d and 100", made.Load(), sum, workers)
	}
}

func TestInOrderCancelled(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for seed := range uint64(50) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 0))
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			at, inWork := random.IntN(100), random.IntN(2) == 0
			r := orderedRun{
				workers: 1 + random.IntN(4), items: 100,
				work: func(n int) error {
					if inWork && n == at {
						cancel(stop)
					}
					return nil
				},
				deliver: func(_ context.Context, n int) error {
					if !inWork && n == at {
						cancel(stop)
					}
					return nil
				},
			}
			// Who cancels at the very end may be too late.
			if err := r.run(ctx); err == nil && len(r.delivered) < r.items || err != nil && !errors.Is(err, stop) {
				t.Errorf("error is %v after %d results; want %v", err, len(r.delivered), stop)
			}
			r.check(t)
		})
	}
}

// TestInOrderBlocked: all wait for a deliver that waits for a full channel, or for work that never
// comes; then the run is cancelled.
func TestInOrderBlocked(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprintf("deliver/%d workers", workers), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				full := make(chan int, 2)
				r := orderedRun{
					workers: workers, items: 100,
					work:    func(int) error { return nil },
					deliver: func(ctx context.Context, n int) error { return Send(ctx, full, n) },
				}
				done := make(chan error)
				go func() { done <- r.run(ctx) }()
				synctest.Wait()
				cancel(stop)
				if err := <-done; !errors.Is(err, stop) {
					t.Errorf("error is %v; want %v", err, stop)
				}
				if !slices.Equal(r.delivered, []int{0, 1}) {
					t.Errorf("delivered %v; want what the channel holds", r.delivered)
				}
				r.check(t)
			})
		})
		t.Run(fmt.Sprintf("input/%d workers", workers), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				r := orderedRun{workers: workers}
				done := make(chan error)
				go func() {
					done <- InOrder(ctx, workers, workers-1, make(chan *value), r.newWork, func(context.Context, *value) error { return nil })
				}()
				synctest.Wait()
				cancel(stop)
				if err := <-done; !errors.Is(err, stop) {
					t.Errorf("error is %v; want %v", err, stop)
				}
			})
		})
	}
}
