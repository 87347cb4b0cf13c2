package stage

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// InOrder runs work over all that comes in, on several workers at once, and
// hands the results to deliver one by one in the order of the input. It returns
// after the end of the input or the first error, and then no goroutine of it is
// left. It owns what it has received: what it gives to work is work's to release,
// what it gives to deliver is deliver's. The caller drains in after an error.
//
// Each worker gets a function of its own from newWork, so what that keeps between
// calls needs no lock.
//
// Up to waiting further results queue behind the one that is to be delivered next:
// with few a worker stands still where another takes longer, with many
// what waits grows cold in the caches.
//
// Every input is dispatched with a one-slot channel for its result, and the
// channels queue up in dispatch order. Whatever is dispatched is answered, so
// the collector can always empty its queue; after an error it releases the results
// that it finds there.
func InOrder[In, Out Releaser](ctx context.Context, workers, waiting int, in <-chan In, newWork func() func(In) (Out, error), deliver func(context.Context, Out) error) error {
	type result struct {
		out Out
		err error
	}
	type item struct {
		in   In
		done chan<- result
	}
	items := make(chan item)
	queue := make(chan (<-chan result), waiting)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	g, ctx := errgroup.WithContext(ctx)

	g.Go(Guard(func() error {
		defer close(queue)
		defer close(items)
		for {
			next, ok, err := Receive(ctx, in)
			if !ok {
				return err
			}
			done := make(chan result, 1)
			if err := Send(ctx, queue, done); err != nil {
				next.Release()
				return err
			}
			if err := Send(ctx, items, item{next, done}); err != nil {
				next.Release()
				done <- result{err: err}
				return err
			}
		}
	}))
	for range workers {
		g.Go(Guard(func() error {
			work := newWork()
			for it := range items {
				var r result
				r.err = Guard(func() (err error) {
					r.out, err = work(it.in)
					return err
				})()
				it.done <- r
			}
			return nil
		}))
	}
	g.Go(Guard(func() error {
		var first error
		for done := range queue {
			r := <-done
			switch {
			case first == nil && r.err == nil:
				first = Guard(func() error { return deliver(ctx, r.out) })()
			case first == nil:
				first = r.err
			case r.err == nil:
				r.out.Release()
			}
			if first != nil {
				cancel(first)
			}
		}
		return first
	}))
	return g.Wait()
}
