package stage

import "context"

// Releaser is a value that whoever holds it gives back exactly once, also after
// an error and when the context has ended. Sending it on passes that duty on.
type Releaser interface{ Release() }

// Send sends v, unless the context ends first: then v is still the caller's, and
// the error is the context's cause.
func Send[T any](ctx context.Context, out chan<- T, v T) error {
	select {
	case out <- v:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Receive returns the next value, unless the context ends first: then the error
// is the context's cause. At the end of the input ok is false and there is no error.
func Receive[T any](ctx context.Context, in <-chan T) (v T, ok bool, err error) {
	select {
	case v, ok = <-in:
		return v, ok, nil
	case <-ctx.Done():
		return v, false, context.Cause(ctx)
	}
}

// Drain releases what a stopped pipeline left in a channel. It waits until the
// channel is closed, so its sender must have ended or be about to.
func Drain[T Releaser](c <-chan T) {
	for v := range c {
		v.Release()
	}
}
