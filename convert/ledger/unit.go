package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// A table of outcomes is one unit of commit, made of several jobs and named after them.
// One that is made of other jobs has another name, and so another register, and replaces
// the one before all the same:
//
//	record A ─claim and publish B─▶ record A, record B supersedes A ─retire A─▶ record B
//
// From the moment at which record B is there, A is no part of the table: ReadRecords
// leaves out what another record supersedes. Retiring A makes its register an empty one,
// which has A's files only to be deleted, and stays: a store cannot delete an object on
// the condition that nobody has claimed it meanwhile. Every step may be repeated, so whoever finds a
// record that still supersedes something goes on: another run does so before it begins.
//
// Of two runs at once that are made of other jobs each sees the other's claim, or its
// record, after its own claim, and gives way.

// Unit names what a run has committed as a unit.
type Unit struct {
	Job         string `json:"job"`
	Fingerprint string `json:"fingerprint"`
}

// KindError says that a destination has a table of another kind.
type KindError struct {
	Job string // that is there
	Has table.Kind
}

// Error names the kind and the job.
func (e *KindError) Error() string {
	if e.Has == table.Outcome {
		return fmt.Sprintf("it has a table of outcomes, %s: the rows of reports and those of objects are no table together", e.Job)
	}
	return fmt.Sprintf("it has the rows of reports, of job %s: those and the rows of objects are no table together", e.Job)
}

// kindOf returns the kind of the table that a job of that name is of.
func kindOf(job string) table.Kind {
	if table.IsOutcome(job) {
		return table.Outcome
	}
	return table.Report
}

// CheckKind reports, by an error that is a *KindError, whether the destination has a table
// of another kind, or is about to.
func (d *Destination) CheckKind(ctx context.Context, kind table.Kind, again bool) error {
	listed, err := d.listRegisters(ctx, again)
	if err != nil {
		return err
	}
	for _, job := range slices.Sorted(maps.Keys(listed)) {
		if kindOf(job) == kind {
			continue
		}
		register, err := (&runFiles{Store: d.Store, dest: d.Folder, job: job}).readRegister(ctx)
		if err != nil {
			return err
		}
		if register.Fingerprint != "" || register.IsClaimed() {
			return &storage.Error{Op: "write", Name: d.Folder, Err: &KindError{job, kindOf(job)}, Hint: "choose another DEST for it"}
		}
	}
	return nil
}

func (r *Run) checkKind(ctx context.Context, again bool) error {
	return r.destination.CheckKind(ctx, kindOf(r.files.job), again)
}

// units returns the registers of the other units of outcomes, in byte order of their
// names, those that have nothing left out.
func (r *Run) units(ctx context.Context) ([]*Run, error) {
	if !table.IsOutcome(r.files.job) {
		return nil, nil
	}
	listed, err := r.destination.listRegisters(ctx, true)
	if err != nil {
		return nil, err
	}
	var units []*Run
	for _, job := range slices.Sorted(maps.Keys(listed)) {
		if job == r.files.job || !table.IsOutcome(job) || !table.ValidJob(job) {
			continue
		}
		u := r.destination.Run(job, "", 0, nil)
		if err := u.Open(ctx); err != nil {
			return nil, err
		}
		if u.register.Fingerprint != "" || u.register.Unfinished() {
			units = append(units, u)
		}
	}
	return units, nil
}

// noteUnits notes the other units of outcomes, which the commit of this run is to
// supersede. Unless it is told to change nothing, it ends what dead runs have begun, which
// may have superseded what this run has seen: then it looks again.
func (r *Run) noteUnits(ctx context.Context, change bool) error {
	units, err := r.units(ctx)
	if err != nil {
		return err
	}
	r.others = nil
	for _, u := range units {
		if change && u.register.Unfinished() {
			if err := u.finish(ctx); err != nil {
				return err
			}
			if err := r.Open(ctx); err != nil {
				return err
			}
		}
		if record := u.register.latest(); record.Fingerprint != "" {
			r.others = append(r.others, Unit{u.files.job, record.Fingerprint})
		}
	}
	return nil
}

// finish ends what a dead run has begun to commit: it finishes it or, where something of
// it is gone, takes it back.
func (r *Run) finish(ctx context.Context) error {
	if err := r.recover(ctx); err != nil {
		return err
	}
	return r.Settle(ctx)
}

// checkRivals reports, by an error that is a *HeldError, whether a unit of outcomes is
// there, or about to be, of which a commit under way does not know.
func (r *Run) checkRivals(ctx context.Context, next *Record) error {
	units, err := r.units(ctx)
	if err != nil {
		return err
	}
	for _, u := range units {
		known := slices.Contains(next.Supersedes, Unit{u.files.job, u.register.Fingerprint})
		if other := u.register.latest(); u.register.IsClaimed() || other.Fingerprint != "" && !known {
			return &HeldError{Job: other.Job, Program: other.Program, Fingerprint: other.Fingerprint}
		}
	}
	return nil
}

// retireSuperseded retires the units that a record supersedes, as far as they are still
// what it knows, and then forgets them. It returns the register as it is then.
func (r *Run) retireSuperseded(ctx context.Context, register *Register) (*Register, error) {
	for _, unit := range register.Supersedes {
		// Another run may have finished for us, and brought the unit back.
		now, err := r.files.readRegister(ctx)
		if err != nil {
			return nil, err
		}
		if now.tag != register.tag {
			return now, nil
		}
		u := r.destination.Run(unit.Job, unit.Fingerprint, 0, nil)
		if err := u.retire(ctx); err != nil {
			return nil, fmt.Errorf("delete %s, which %s replaces: %w", unit.Job, register.Job, err)
		}
	}
	done := &Register{Record: register.Record}
	done.Supersedes = nil
	err := r.files.swapRegister(ctx, register, done)
	if errors.Is(err, storage.ErrConflict) {
		return r.files.readRegister(ctx)
	}
	if err != nil {
		return nil, err
	}
	return done, nil
}

// retire takes what the run has committed out of the table.
func (r *Run) retire(ctx context.Context) error {
	if err := r.Open(ctx); err != nil {
		return err
	}
	register := r.register
	if register.Fingerprint == r.files.fingerprint && !register.IsClaimed() {
		register = &Register{Record: emptyRecord(r.files.job)}
		register.Replaces, register.Kept = difference(r.register.AllFiles(), nil), r.register.Kept
		logged, err := r.destination.hasLog(ctx)
		if err != nil {
			return err
		}
		if register.Logged = logged; logged {
			register.keep(r.destination.now())
		}
		if err := r.files.swapRegister(ctx, r.register, register); err != nil {
			return err
		}
	}
	if register.Fingerprint != "" {
		return nil // another run has made it anew
	}
	_, err := r.deleteReplaced(ctx, register)
	if err == nil {
		r.sweep(ctx, &r.files, nil)
	}
	return err
}

// withoutSuperseded leaves out the records that another one supersedes.
func withoutSuperseded(records []*Record) []*Record {
	gone := map[Unit]bool{}
	for _, r := range records {
		for _, u := range r.Supersedes {
			gone[u] = true
		}
	}
	return slices.DeleteFunc(records, func(r *Record) bool { return gone[Unit{r.Job, r.Fingerprint}] })
}
