package convert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"batchreport/convert/storage"
)

// HeldError says that another run has committed the job, or is about to.
type HeldError struct {
	Job         string
	Program     string // that wrote it, with its version
	Fingerprint string // what it made of the job
}

// Error names job and run.
func (e *HeldError) Error() string {
	return fmt.Sprintf("commit job %s: another run, of %s with fingerprint %s, was faster", e.Job, e.Program, e.Fingerprint)
}

func heldBy(r *Record) error {
	return &HeldError{Job: r.Job, Program: r.Program, Fingerprint: r.Fingerprint}
}

// lostError says that something to be published is gone: a bucket's lifecycle
// rule ended an upload, or somebody emptied a folder.
type lostError struct{ name string }

func (e *lostError) Error() string {
	return fmt.Sprintf("publish %s: what was written is gone", e.name)
}

// commits is how many objects are published or deleted at a time: S3 takes some
// 100 ms for each.
const commits = 16

// commit makes what the tasks of a job wrote the job's part of the table: it
// claims the job, if the register is still what at says, and rolls forward.
// Another run with the same fingerprint is as good as this one.
func commit(ctx context.Context, d *destination, at *register, record *Record, results []*TaskResult) (*register, error) {
	record.Replaces = without(at.allFiles(), record.files())
	claim := &register{Record: at.Record, Next: &intent{Record: *record}}
	for _, r := range results {
		claim.Next.Pendings = append(claim.Next.Pendings, r.pendings()...)
	}
	err := d.swap(ctx, at, claim)
	switch {
	case errors.Is(err, storage.ErrConflict):
		return others(ctx, d, record)
	case err != nil:
		return nil, err
	}
	if at.Next != nil { // what could not be finished must not appear after it is replaced
		if err := each(ctx, at.Next.Pendings, d.Discard); err != nil {
			return nil, err
		}
	}
	return rollForward(ctx, d, claim)
}

// others goes on after somebody else has changed the register under a commit of
// record.
func others(ctx context.Context, d *destination, record *Record) (*register, error) {
	now, err := readRegister(ctx, d)
	if err != nil {
		return nil, err
	}
	if decides := now.deciding(); decides.Fingerprint != record.Fingerprint {
		return nil, heldBy(decides)
	}
	return rollForward(ctx, d, now)
}

// rollForward ends the commit that a register says has begun, whoever began it,
// and returns the register as it is then. It may be called any number of times,
// by several at once. It is *lostError where what is to be published is gone.
func rollForward(ctx context.Context, d *destination, at *register) (*register, error) {
	for tries := 1; at.Next != nil; tries++ {
		err := publishAll(ctx, d, at.Next.Pendings)
		if lost := (*lostError)(nil); errors.As(err, &lost) {
			// Gone, since somebody else has rolled forward, or does so right now? Some
			// stores end an upload before they show the object.
			now, e := readRegister(ctx, d)
			switch {
			case e != nil:
				return nil, e
			case now.tag != at.tag:
				return others(ctx, d, &at.Next.Record)
			case tries < publishTries:
				if err := pause(ctx, publishPause); err != nil {
					return nil, err
				}
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		done := &register{Record: at.Next.Record}
		err = d.swap(ctx, at, done)
		if errors.Is(err, storage.ErrConflict) {
			return others(ctx, d, &done.Record)
		}
		if err != nil {
			return nil, err
		}
		at = done
	}
	return finish(ctx, d, at)
}

// Some seconds for what another run publishes at the same time: S3 takes that
// long for an upload of thousands of parts.
const (
	publishTries = 6
	publishPause = 500 * time.Millisecond
)

// pause waits, or returns the context's cause.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// publishAll makes all of the files visible.
func publishAll(ctx context.Context, d *destination, pendings []storage.Pending) error {
	return each(ctx, pendings, func(ctx context.Context, p storage.Pending) error {
		err := d.Publish(ctx, p)
		if errors.Is(err, fs.ErrNotExist) {
			return &lostError{p.Name}
		}
		return err
	})
}

// finish deletes, by name, what a record replaces.
func finish(ctx context.Context, d *destination, at *register) (*register, error) {
	if len(at.Replaces) == 0 {
		return at, nil
	}
	err := each(ctx, at.Replaces, func(ctx context.Context, name string) error { return d.Delete(ctx, d.name(name)) })
	if err != nil {
		return nil, fmt.Errorf("delete what job %s replaces, which lies beside the new parts: %w", at.Job, err)
	}
	done := &register{Record: at.Record}
	done.Replaces = nil
	err = d.swap(ctx, at, done)
	if errors.Is(err, storage.ErrConflict) { // somebody else finished, or went on
		return readRegister(ctx, d)
	}
	return done, err
}

// each calls f for all items, some at a time, and returns the first error, a
// *lostError only where there is no other.
func each[T any](ctx context.Context, items []T, f func(context.Context, T) error) error {
	var mu sync.Mutex
	var lost *lostError
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(commits)
	for _, item := range items {
		g.Go(guard(func() error {
			err := f(gctx, item)
			if gone := (*lostError)(nil); errors.As(err, &gone) {
				mu.Lock()
				defer mu.Unlock()
				lost = gone
				return nil
			}
			return err
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if lost != nil {
		return lost
	}
	return context.Cause(ctx)
}

// without returns the names that are not among others, each once.
func without(names, others []string) []string {
	known := map[string]bool{}
	for _, name := range others {
		known[name] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		was := known[name]
		known[name] = true
		return was
	})
}
