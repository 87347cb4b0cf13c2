package ledger

import (
	"context"
	"errors"
	"time"

	"batchreport/convert/storage"
)

// Run is one run of a job, from its first look at the job's register to the
// commit, or to its end without one. The package says in which order the methods
// are called.
//
// Task, and the methods of the Task that it returns, may be called by several
// goroutines at once, the other methods by one.
type Run struct {
	destination *Destination
	files       runFiles
	tasks       int

	register   *Register         // as it was last seen
	published  []storage.Pending // by the claim of this run; nil if it has made none
	others     []Unit            // of outcomes, as noteUnits has seen them
	headOnly   bool              // whether the head of the register is all that was seen: see Head
	unfinished bool              // whether OpenDry took what is not committed yet for committed
}

// Open reads the job's register, and changes nothing. It fails where that cannot
// be read, and where it is damaged.
func (r *Run) Open(ctx context.Context) (err error) {
	r.register, err = r.files.readRegister(ctx)
	r.headOnly = false
	return err
}

// OpenDry is Open for a run that changes nothing: it takes what a dead run has
// begun to commit for committed, as Recover would make it.
func (r *Run) OpenDry(ctx context.Context) error {
	if err := r.Open(ctx); err != nil {
		return err
	}
	r.unfinished = r.register.IsClaimed()
	r.register = &Register{Record: *r.register.latest(), tag: r.register.tag}
	return r.noteUnits(ctx, false)
}

// Record is what was committed when the run last looked; nil if nothing was.
func (r *Run) Record() *Record {
	if r.register.Fingerprint == "" {
		return nil
	}
	return &r.register.Record
}

// IsClaimed reports whether a commit of the job had begun, and not ended, when the
// run last looked. It may be that of any run.
func (r *Run) IsClaimed() bool { return r.register.IsClaimed() }

// Recover finishes what a dead run has begun to commit. Where that is gone, the
// commit of this run replaces it, and that is no error. Of a table of outcomes it also
// finishes what other units have begun.
func (r *Run) Recover(ctx context.Context) error {
	if err := r.recover(ctx); err != nil {
		return err
	}
	return r.noteUnits(ctx, true)
}

func (r *Run) recover(ctx context.Context) error {
	claimed := r.register.Next
	register, err := r.rollForward(ctx, r.register)
	if lost := (*LostError)(nil); errors.As(err, &lost) {
		r.destination.Log.Warn("an earlier run began to commit what is gone now: it is replaced", "object", lost.Name)
		return nil
	}
	if withdrawn := (*WithdrawnError)(nil); errors.As(err, &withdrawn) {
		r.destination.Log.Warn("the commit that an earlier run began was taken back", "job", r.files.job, "error", err)
		return r.Open(ctx)
	}
	if err != nil {
		return err
	}
	r.register = register
	if claimed != nil {
		r.sweep(ctx, r.filesOf(&claimed.Record), claimed.pendings)
	}
	return nil
}

// Settle takes back the commit that Recover has found gone, where no commit of this run is
// to replace it.
func (r *Run) Settle(ctx context.Context) error {
	if r.register.Next == nil {
		return nil
	}
	if err := r.giveUp(ctx); err != nil {
		return err
	}
	return r.Open(ctx)
}

// Commit makes what the tasks wrote the job's part of the table, and sweeps. The
// results are those of all tasks, and record lists what they wrote. It is
// *HeldError where a run with another fingerprint was faster, and *LostError where
// something that was written is gone: then the tasks that wrote it are to be run
// again. Where it is storage.ErrUnknown, nothing may be dropped.
func (r *Run) Commit(ctx context.Context, record *Record, results []*TaskResult) error {
	if err := r.tryConditions(ctx); err != nil {
		return err
	}
	if err := r.admitToLog(ctx, record); err != nil {
		return err
	}
	register, err := r.claim(ctx, record, results)
	if lost := (*LostError)(nil); errors.As(err, &lost) {
		// The next try is to replace this one.
		if err := r.Open(ctx); err != nil {
			return err
		}
		return lost
	}
	if err != nil {
		return err
	}
	r.register = register
	r.sweep(ctx, &r.files, r.published)
	return nil
}

// Twin returns the record that a twin of this run has committed since this one
// last looked, and sweeps what this one wrote, which nobody needs then. It returns
// nil if there is none, or if it cannot be told: what led here is the error to
// tell.
func (r *Run) Twin(ctx context.Context) *Record {
	ctx, cancel := tidyingContext(ctx, r.tasks)
	defer cancel()
	if r.headOnly {
		if head, err := r.Head(ctx); err != nil || head == nil || head.Fingerprint != r.files.fingerprint {
			return nil
		}
	}
	now, err := r.files.readRegister(ctx)
	if err != nil || now.Fingerprint != r.files.fingerprint || now.tag == r.register.tag || now.Unfinished() {
		return nil
	}
	r.Sweep(ctx)
	return &now.Record
}

// Follow finishes the commit that a twin of this run has begun, or ended, since
// this one last looked, and returns its record; nil if there is none, or if it
// cannot be told. Its errors are those of the roll-forward.
func (r *Run) Follow(ctx context.Context) (*Record, error) {
	now, err := r.files.readRegister(ctx)
	if err != nil || now.tag == r.register.tag || now.latest().Fingerprint != r.files.fingerprint {
		return nil, nil // what led here is the error to tell
	}
	if now, err = r.rollForward(ctx, now); err != nil {
		return nil, err
	}
	return &now.Record, nil
}

// WarnIfClaimed warns the user, after an error, if the commit of this run has
// begun. It reports whether that is so.
func (r *Run) WarnIfClaimed(ctx context.Context) bool {
	ctx, cancel := tidyingContext(ctx, r.tasks)
	defer cancel()
	now, err := r.files.readRegister(ctx)
	if err != nil || !now.IsClaimed() || now.Next.Record.Fingerprint != r.files.fingerprint {
		return false
	}
	r.destination.Log.Warn("the commit has begun, and some files may be visible: the same command finishes it", "job", r.files.job)
	return true
}

// Abandon tidies up after a failure, also when ctx is cancelled. What tasks that
// have ended wrote stays for the next run, and nothing is dropped of a commit that
// has begun. It is not to be called after storage.ErrUnknown. It returns how many
// tasks have ended, or that the commit has begun.
func (r *Run) Abandon(ctx context.Context) (kept int, begun bool) {
	if r.WarnIfClaimed(ctx) {
		return 0, true
	}
	ctx, cancel := tidyingContext(ctx, r.tasks)
	defer cancel()
	tasks, err := r.files.keptTasks(ctx)
	if err != nil {
		return 0, false // the error that led here is the one to tell
	}
	if tasks > 0 {
		r.destination.Log.Warn("what finished tasks wrote is kept: the same command goes on there; clean --older-than 0h drops it", "job", r.files.job, "tasks done", tasks, "of", r.tasks)
		return tasks, false
	}
	if left, err := r.files.leftovers(ctx, nil); err == nil && len(left.pendings) == 0 {
		_ = left.drop(ctx) // only the marker, and notes of what is gone
	}
	return 0, false
}

// Sweep drops what is pending of this run and of its twins, also when ctx is
// cancelled: after its commit there is nothing that anybody could go on with. That
// it fails is no reason to call a job failed: the next run, or Drop, tries again.
func (r *Run) Sweep(ctx context.Context) { r.sweep(ctx, &r.files, nil) }

// sweep is Sweep for the files of a run, of which these are known to have been
// published; nil where nothing is known. It drops nothing of a commit under way: another
// run may have claimed the job since this one last looked.
func (r *Run) sweep(ctx context.Context, files *runFiles, published []storage.Pending) {
	ctx, cancel := tidyingContext(ctx, r.tasks)
	defer cancel()
	err := files.sweep(ctx, published, func(ctx context.Context) (bool, error) { return r.isClaimedBy(ctx, files.fingerprint) })
	if err != nil {
		r.destination.Log.Warn("left what is pending of a run that is over", "job", files.job, "error", err)
	}
}

// isClaimedBy reports whether a commit with that fingerprint is under way.
func (r *Run) isClaimedBy(ctx context.Context, fingerprint string) (bool, error) {
	now := r.register
	tag, err := r.files.registerTag(ctx)
	if err == nil && tag != now.tag {
		now, err = r.files.readRegister(ctx)
	}
	return err == nil && now.Next != nil && now.Next.Record.Fingerprint == fingerprint, err
}

// filesOf is where the files of the run lie that wrote a record of the job.
func (r *Run) filesOf(record *Record) *runFiles {
	files := r.files
	files.fingerprint, files.partitionBy = record.Fingerprint, record.Options.PartitionBy
	return &files
}

// tidyingTime is how long tidying up may go on once a run has been cancelled, and
// tidyingTimePerTask what each of its tasks adds: the result of a task is one of 1,000
// objects that are deleted with one request, or is deleted with a request of its own.
const (
	tidyingTime        = 30 * time.Second
	tidyingTimePerTask = 10 * time.Millisecond
)

// tidyingContext returns a context for tidying up after a run of so many tasks, also when
// ctx is cancelled. As long as ctx is not, tidying up takes the time that it takes.
func tidyingContext(ctx context.Context, tasks int) (context.Context, context.CancelFunc) {
	tidying, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	most := tidyingTime + time.Duration(tasks)*tidyingTimePerTask
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(most, func() { cancel(context.DeadlineExceeded) })
		context.AfterFunc(tidying, func() { timer.Stop() })
	})
	return tidying, func() {
		stop()
		cancel(nil)
	}
}
