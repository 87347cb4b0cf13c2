package ledger

import (
	"context"
	"errors"
	"fmt"
	"path"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// WithdrawnError says that a commit that had begun was taken back: the job's part of
// the table is what it was before.
type WithdrawnError struct {
	Job   string
	Cause error // why; nil where another run knows
}

// Error names job and cause.
func (e *WithdrawnError) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("commit job %s: another run has taken the commit back", e.Job)
	}
	return fmt.Sprintf("commit job %s: taken back: %v", e.Job, e.Cause)
}

// Unwrap returns the cause.
func (e *WithdrawnError) Unwrap() error { return e.Cause }

// tryPublish tries whether what is to be committed can be published, once for each
// folder, before it is claimed. It is *LostError where that is not known any more.
func (r *Run) tryPublish(ctx context.Context, next *intent) error {
	pendings, err := r.pendings(ctx, next)
	if err != nil {
		return err
	}
	folders := map[string]bool{}
	var some []storage.Pending
	for _, p := range pendings {
		if folder := path.Dir(p.Name); !folders[folder] {
			folders[folder] = true
			some = append(some, p)
		}
	}
	return stage.Each(ctx, atOnce, some, r.files.TryPublish)
}

// withdraw gives up a commit that was claimed and must not, or can never, be finished.
// The register says so first, so that whoever rolls forward takes back too.
func (r *Run) withdraw(ctx context.Context, register *Register, cause error) (*Register, error) {
	withdrawn := &Register{Record: register.Record, Next: register.Next, Withdrawn: true}
	err := r.files.swapRegister(ctx, register, withdrawn)
	if errors.Is(err, storage.ErrConflict) {
		return r.afterConflict(ctx, register, &register.Next.Record)
	}
	if err != nil {
		return nil, fmt.Errorf("take back the commit of job %s: %w", register.Job, err)
	}
	return r.takeBack(ctx, withdrawn, cause)
}

// takeBack ends what withdraw has begun, whoever began it. It may be called any number
// of times, by several at once. Its error is *WithdrawnError if it succeeds.
//
// What is pending is dropped before anything is deleted: then a run that was stopped
// just before it published something finds that gone.
func (r *Run) takeBack(ctx context.Context, register *Register, cause error) (*Register, error) {
	fail := func(err error) (*Register, error) {
		return nil, fmt.Errorf("take back the commit of job %s: %w", register.Job, err)
	}
	next := register.Next
	err := r.dropLost(ctx, next)
	if err == nil {
		err = r.dropPending(ctx, next)
	}
	if err != nil {
		return fail(err)
	}
	visible := difference(register.AllFiles(), register.Record.Files())
	logged, err := r.fenceLog(ctx, register)
	var deleted map[string]bool
	if err == nil && !logged {
		deleted, err = r.deleteWhile(ctx, register, visible)
	}
	if errors.Is(err, errMoved) {
		err = storage.ErrConflict
	}
	if err == nil {
		before := &Register{Record: register.Record}
		before.Replaces = nil
		if before.Logged = logged; logged {
			before.Replaces = visible
			before.keep(r.destination.now())
		}
		err = r.files.swapRegister(ctx, register, before)
	}
	if errors.Is(err, storage.ErrConflict) {
		var now *Register
		if now, err = r.files.readRegister(ctx); err == nil {
			err = now.checkDeleted(deleted)
		}
	}
	if err != nil {
		return fail(err)
	}
	r.sweep(ctx, r.filesOf(&next.Record), nil) // the results of tasks whose files are gone
	return nil, &WithdrawnError{register.Job, cause}
}
