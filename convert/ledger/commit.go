package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"batchreport/convert/internal/stage"
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

// LostError says that something to be published is gone: a bucket's lifecycle
// rule ended an upload, or somebody emptied a folder.
type LostError struct{ Name string }

func (e *LostError) Error() string {
	return fmt.Sprintf("publish %s: what was written is gone", e.Name)
}

// atOnce is how many objects are published or deleted at a time: S3 takes some
// 100 ms for each.
const atOnce = 16

// commit makes what the tasks of a job wrote the job's part of the table: it
// claims the job, if the register is still what at says, and rolls forward.
// Another run with the same fingerprint is as good as this one.
func commit(ctx context.Context, d *destination, at *Register, record *Record, results []*TaskResult) (*Register, error) {
	record.Replaces = without(at.AllFiles(), record.Files())
	next := &Intent{Record: *record}
	for _, r := range results {
		for _, w := range r.written() {
			next.Pendings = append(next.Pendings, away(w.Pending, w.Name))
		}
	}
	if at.Next != nil { // it could not be finished, and must not appear when it has been replaced
		next.Lost = &lostIntent{at.Next.Record.Fingerprint, at.Next.Pendings}
	}
	claim := &Register{Record: at.Record, Next: next}
	err := d.swap(ctx, at, claim)
	if errors.Is(err, storage.ErrConflict) {
		return others(ctx, d, at, record)
	}
	if err != nil {
		return nil, err
	}
	return rollForward(ctx, d, claim)
}

// others goes on after somebody else has changed the Register, which was at,
// under a commit of record.
func others(ctx context.Context, d *destination, at *Register, record *Record) (*Register, error) {
	now, err := readRegister(ctx, d)
	switch {
	case err != nil:
		return nil, err
	case now.tag == at.tag:
		return nil, fmt.Errorf("commit job %s: the store says that its record was changed, and shows the one before", record.Job)
	}
	if decides := now.deciding(); decides.Fingerprint != record.Fingerprint {
		return nil, heldBy(decides)
	}
	return rollForward(ctx, d, now)
}

// rollForward ends the commit that a register says has begun, whoever began it,
// and returns the register as it is then. It may be called any number of times,
// by several at once. It is *LostError where what is to be published is gone.
func rollForward(ctx context.Context, d *destination, at *Register) (*Register, error) {
	for tries := 1; at.Next != nil; tries++ {
		err := publishAll(ctx, d, at.Next)
		if lost := (*LostError)(nil); errors.As(err, &lost) {
			// Gone, since somebody else has rolled forward, or does so right now? Some
			// stores end an upload before they show the object.
			now, e := readRegister(ctx, d)
			switch {
			case e != nil:
				return nil, e
			case now.tag != at.tag:
				return others(ctx, d, at, &at.Next.Record)
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
		done := &Register{Record: at.Next.Record}
		err = d.swap(ctx, at, done)
		if errors.Is(err, storage.ErrConflict) {
			return others(ctx, d, at, &done.Record)
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

// publishAll makes all files of an intent visible.
func publishAll(ctx context.Context, d *destination, next *Intent) error {
	if lost := next.Lost; lost != nil {
		err := stage.Each(ctx, atOnce, lost.Pendings, func(ctx context.Context, p storage.Pending) error {
			return d.Discard(ctx, d.here(p, lost.Fingerprint))
		})
		if err != nil {
			return err
		}
	}
	var mu sync.Mutex
	var lost *LostError
	err := stage.Each(ctx, atOnce, next.Pendings, func(ctx context.Context, p storage.Pending) error {
		p = d.here(p, next.Record.Fingerprint)
		err := d.Publish(ctx, p)
		if errors.Is(err, fs.ErrNotExist) {
			// Not at once: what can be published is, and another error goes before.
			mu.Lock()
			defer mu.Unlock()
			lost = &LostError{p.Name}
			return nil
		}
		return err
	})
	if err == nil && lost != nil {
		return lost
	}
	return err
}

// finish deletes, by name, what a record replaces, while that is the record.
func finish(ctx context.Context, d *destination, at *Register) (*Register, error) {
	if len(at.Replaces) == 0 {
		return at, nil
	}
	var mu sync.Mutex
	deleting := map[string]bool{}
	err := stage.Each(ctx, atOnce, at.Replaces, func(ctx context.Context, name string) error {
		// Another run may have finished for us, and committed what we would delete.
		now, err := readRegister(ctx, d)
		if err != nil {
			return err
		}
		if now.tag != at.tag {
			return storage.ErrConflict
		}
		mu.Lock()
		deleting[name] = true
		mu.Unlock()
		return d.Delete(ctx, d.name(name))
	})
	if err == nil {
		done := &Register{Record: at.Record}
		done.Replaces = nil
		if err = d.swap(ctx, at, done); err == nil {
			return done, nil
		}
	}
	if !errors.Is(err, storage.ErrConflict) {
		return nil, fmt.Errorf("delete what job %s replaces, which lies beside the new parts: %w", at.Job, err)
	}
	now, err := readRegister(ctx, d)
	if err != nil {
		return nil, err
	}
	// Between the look and the deletion there is a moment for all that.
	for _, name := range now.deciding().Files() {
		if deleting[name] {
			return nil, fmt.Errorf("commit job %s: another run has brought back what this one was deleting: verify the table, and convert it again with --force if a file is missing", at.Job)
		}
	}
	return now, nil
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
