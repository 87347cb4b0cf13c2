package stage

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Each calls f for all items, at most limit at a time, and returns the first
// error, which ends the context of the others. It returns after the last call has.
// Where ctx ends, it returns the cause, even if every call has succeeded.
func Each[T any](ctx context.Context, limit int, items []T, f func(context.Context, T) error) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for _, item := range items {
		g.Go(Guard(func() error { return f(gctx, item) }))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}
