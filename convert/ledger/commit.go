package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"batchreport/convert/storage"
)

// HeldError says that a run with another fingerprint has committed the job, or is
// about to.
type HeldError struct {
	Job         string
	Program     string // that wrote it, with its version
	Fingerprint string // what it made of the job
}

// Error names job and run.
func (e *HeldError) Error() string {
	return fmt.Sprintf("commit job %s: another run, of %s with fingerprint %s, was faster", e.Job, e.Program, e.Fingerprint)
}

// claim makes what the tasks of a job wrote the job's part of the table: it claims
// the job, if the register is still what this run has seen, and rolls forward. It
// returns the register as it is then. A twin's commit is as good as this one.
func (r *Run) claim(ctx context.Context, record *Record, results []*TaskResult) (*Register, error) {
	old := r.register
	record.Replaces = difference(old.AllFiles(), record.Files())
	if err := r.files.checkUnshared(ctx, record.Replaces); err != nil {
		return nil, err
	}
	record.Supersedes = r.others
	next := newIntent(record, results)
	if err := r.tryPublish(ctx, next); err != nil {
		return nil, err
	}
	if old.Next != nil { // it could not be finished, and must not appear when it has been replaced
		next.Lost = old.Next.lost()
	}
	claimed := &Register{Record: old.Record, Next: next}
	// Another run may have claimed meanwhile, and taken that back.
	const most = 5
	for tries := 1; ; tries++ {
		err := r.files.swapRegister(ctx, old, claimed)
		if err == nil {
			break
		}
		if !errors.Is(err, storage.ErrConflict) {
			return nil, err
		}
		now, err := r.files.readRegister(ctx)
		if err != nil {
			return nil, err
		}
		asBefore := old.Next == nil && now.Next == nil && now.Fingerprint == old.Fingerprint && now.Fingerprint != record.Fingerprint
		if !asBefore || now.tag == old.tag || tries == most {
			return r.followConflict(ctx, old, now, record)
		}
		old = now
		claimed.Record = now.Record
	}
	r.published = append([]storage.Pending{}, next.pendings...)
	return r.rollForward(ctx, claimed)
}

// rollForward ends the commit that a register says has begun, whoever began it,
// and returns the register as it is then. It may be called any number of times,
// by several at once. It is *LostError where what is to be published is gone.
func (r *Run) rollForward(ctx context.Context, register *Register) (*Register, error) {
	if register.IsClaimed() {
		// Not before the claim: of two jobs at once that have a file in common, the
		// one that claims second sees the other's claim, or both do.
		next := &register.Next.Record
		err := r.checkOverlap(ctx, next.JobID, next.Inputs, true)
		if err == nil {
			err = r.checkRivals(ctx, next)
		}
		if mustGiveWay(err) {
			return r.withdraw(ctx, register, err)
		}
		if err != nil {
			return nil, err
		}
	}
	for tries := 1; register.Next != nil; tries++ {
		if register.Withdrawn {
			return r.takeBack(ctx, register, nil)
		}
		err := r.publish(ctx, register.Next)
		if lost := (*LostError)(nil); errors.As(err, &lost) {
			// Gone, since somebody else has rolled forward, or does so right now? Some
			// stores end an upload before they show the object.
			now, e := r.files.readRegister(ctx)
			switch {
			case e != nil:
				return nil, e
			case now.tag != register.tag:
				return r.afterConflict(ctx, register, &register.Next.Record)
			case !lost.Changed && tries < publishTries:
				if err := pause(ctx, publishPause); err != nil {
					return nil, err
				}
				continue
			}
		}
		if errors.Is(err, storage.ErrImpossible) {
			return r.withdraw(ctx, register, err)
		}
		if err != nil {
			return nil, err
		}
		logged, err := r.log(ctx, register)
		if errors.Is(err, errMoved) {
			return r.afterConflict(ctx, register, &register.Next.Record)
		}
		if err != nil {
			return nil, err
		}
		done := &Register{Record: register.Next.Record}
		done.Kept = register.Kept
		if done.Logged = logged; logged {
			done.keep(r.destination.now())
		}
		err = r.files.swapRegister(ctx, register, done)
		if errors.Is(err, storage.ErrConflict) {
			return r.afterConflict(ctx, register, &done.Record)
		}
		if err != nil {
			return nil, err
		}
		register = done
	}
	if err := r.syncLog(ctx, register); err != nil {
		return nil, err
	}
	register, err := r.deleteReplaced(ctx, register)
	if err != nil || len(register.Supersedes) == 0 {
		return register, err
	}
	return r.retireSuperseded(ctx, register)
}

// mustGiveWay reports whether an error is a reason to take back a commit that has begun.
func mustGiveWay(err error) bool {
	var overlap *OverlapError
	var kind *KindError
	var rival *HeldError
	return errors.As(err, &overlap) || errors.As(err, &kind) || errors.As(err, &rival)
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

// afterConflict goes on with the commit of record after somebody else has changed
// the register, which was old. If that was a twin, its commit is finished;
// otherwise the job is held.
func (r *Run) afterConflict(ctx context.Context, old *Register, record *Record) (*Register, error) {
	now, err := r.files.readRegister(ctx)
	if err != nil {
		return nil, err
	}
	return r.followConflict(ctx, old, now, record)
}

// followConflict is afterConflict where the register has been read again already: what
// is decided by one reading must not be undone by another.
func (r *Run) followConflict(ctx context.Context, old, now *Register, record *Record) (*Register, error) {
	if now.tag == old.tag {
		return nil, fmt.Errorf("commit job %s: the store says that its record was changed, and shows the one before", record.Job)
	}
	if now.Withdrawn {
		return r.takeBack(ctx, now, nil)
	}
	if old.IsClaimed() && now.Next == nil && now.Fingerprint == old.Fingerprint && now.Fingerprint != record.Fingerprint {
		return nil, &WithdrawnError{Job: record.Job} // by another run, which is done with it
	}
	if other := now.latest(); other.Fingerprint != record.Fingerprint {
		return nil, &HeldError{Job: other.Job, Program: other.Program, Fingerprint: other.Fingerprint}
	}
	return r.rollForward(ctx, now)
}

// difference returns the names that are not among others, each once.
func difference(names, others []string) []string {
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
