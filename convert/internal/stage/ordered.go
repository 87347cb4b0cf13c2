package stage

import (
	"context"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// releaser is something that whoever holds it gives back exactly once.
type releaser interface{ Release() }

// InOrder runs work over all that comes in, on several workers at once, and
// hands the results to deliver one by one in the order of the input. Each worker
// gets a function of its own from newWork, which releases what it is given.
//
// Beside the result that is to be delivered next, waiting others may wait for
// their turn: with few a worker stands still where another takes longer, with many
// what waits grows cold in the caches.
//
// Every input is dispatched with a one-slot channel for its result, and the
// channels queue up in dispatch order. Whatever is dispatched is answered, so
// the collector can always empty its queue; after an error it releases what it
// takes out.
func InOrder[In, Out releaser](ctx context.Context, workers, waiting int, in <-chan In, newWork func() func(In) (Out, error), deliver func(context.Context, Out) error) error {
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

// Send sends v, unless the context ends first.
func Send[T any](ctx context.Context, out chan<- T, v T) error {
	select {
	case out <- v:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Receive takes the next value, unless the context ends first. At the end of
// the input it is not ok, without an error.
func Receive[T any](ctx context.Context, in <-chan T) (v T, ok bool, err error) {
	select {
	case v, ok = <-in:
		return v, ok, nil
	case <-ctx.Done():
		return v, false, context.Cause(ctx)
	}
}

// Drain releases what a stopped pipeline left in a channel that its sender has closed.
func Drain[T releaser](c <-chan T) {
	for v := range c {
		v.Release()
	}
}

// Guard turns a panic of f into an error.
func Guard(f func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("internal error, please report it: %v\n%s", p, debug.Stack())
			}
		}()
		return f()
	}
}
