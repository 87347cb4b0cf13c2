package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"batchreport/convert/delta"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// CheckLog reports, before any work, why a table with a log cannot take parts that are
// made by that spec with these columns; or why a log that is to be begun (Destination.Delta)
// cannot be.
func (d *Destination) CheckLog(ctx context.Context, spec table.Spec, columns []RecordColumn) error {
	has, err := d.hasLog(ctx)
	if err != nil || !has && !d.Delta {
		return err
	}
	if d.Unlocked {
		return d.errUnlocked()
	}
	s, err := d.deltaLog().Read(ctx)
	if err != nil {
		return err
	}
	what := "this run"
	if has {
		return checkLoggable(d.Folder, s, what, spec, columnsOf(columns, spec))
	}
	records, err := ReadRecords(ctx, d.Store, d.Folder)
	if err != nil {
		return err
	}
	if err := checkLoggable(d.Folder, s, what, spec, columnsOf(columns, spec)); err != nil {
		return err
	}
	return checkTogether(d.Folder, s, partitionNames(spec), records)
}

func (d *Destination) errUnlocked() error {
	return &storage.Error{
		Op: "keep a Delta log of", Name: d.Folder, Err: errors.New("writers of a log need a store that honours conditional writes, and --no-lock does without"),
		Hint: "leave out --no-lock, use another store, or convert into a DEST without a log",
	}
}

// checkTogether reports why records cannot be one table with that log.
func checkTogether(dest string, s *delta.State, partitionBy []string, records []*Record) error {
	for _, r := range records {
		if len(r.Outputs) == 0 {
			continue
		}
		if err := r.checkLoggable(dest, s); err != nil {
			return err
		}
		if has := partitionNames(r.Options); !slices.Equal(has, partitionBy) {
			return &storage.Error{
				Op: "keep a Delta log of", Name: dest, Err: fmt.Errorf("job %s has the partition columns %q there, others have %q, and a Delta table has one kind", r.Job, has, partitionBy),
				Hint: "convert all jobs there with the same --partition-by, and with --force, first",
			}
		}
	}
	return nil
}

// BeginLog makes the log of the table as Destination.BeginLog does, for a run whose job is
// committed.
func (r *Run) BeginLog(ctx context.Context) error {
	has, err := r.destination.hasLog(ctx)
	if err != nil || has {
		return err
	}
	if err := r.destination.tryConditions(ctx, r.files.job); err != nil {
		return err
	}
	return r.destination.BeginLog(ctx, nil)
}

// tryConditions makes sure that the store honours conditions, in the folder of a job, by
// the marker of a run that there never is.
func (d *Destination) tryConditions(ctx context.Context, job string) error {
	nobody := d.Run(job, table.Fingerprint(make([]byte, 16)), 0, []schema.Column{})
	if err := nobody.Open(ctx); err != nil {
		return err
	}
	defer nobody.Sweep(ctx)
	return nobody.tryConditions(ctx)
}

// BeginLog writes the first version of the table's log from the records, if there is no
// log, and sees to it that the log says what all records say. The record that is to be
// committed next, if there is one, says which columns the table has where no record does.
func (d *Destination) BeginLog(ctx context.Context, coming *Record) error {
	if d.Unlocked {
		return d.errUnlocked()
	}
	has, err := d.hasLog(ctx)
	if err != nil || has {
		return err
	}
	_, err = d.Store.Swap(ctx, storage.Join(d.Folder, StateFolder+"/"+deltaMarker), []byte(`{"batchreport_delta":1}`+"\n"), "")
	if err != nil && !errors.Is(err, storage.ErrConflict) { // it may be there, of a later version
		return err
	}
	d.marked = true
	_, err = d.deltaLog().Write(ctx, func(s *delta.State) (*delta.Change, error) {
		if s.Exists() {
			return nil, nil // another run has begun it
		}
		return d.firstChange(ctx, s, coming)
	})
	if err != nil {
		return err
	}
	return d.syncAll(ctx)
}

// firstChange returns the first version of a log.
func (d *Destination) firstChange(ctx context.Context, s *delta.State, coming *Record) (*delta.Change, error) {
	records, err := ReadRecords(ctx, d.Store, d.Folder)
	if err != nil {
		return nil, err
	}
	model := coming
	for _, r := range records {
		if model == nil || len(model.Outputs) == 0 && len(r.Outputs) > 0 {
			model = r
		}
	}
	if model == nil {
		return nil, &storage.Error{Op: "read", Name: d.Folder, Err: errors.New("no commit record"), Hint: "name a DEST that convert wrote to"}
	}
	c := &delta.Change{Operation: "CREATE TABLE", Parameters: map[string]string{}, PartitionBy: partitionNames(model.Options)}
	if err := checkTogether(d.Folder, s, c.PartitionBy, records); err != nil {
		return nil, err
	}
	c.Columns = model.deltaColumns()
	for _, r := range records {
		c.Txns = append(c.Txns, delta.Txn{App: app(r.Job), Number: r.state()})
		if len(r.Outputs) > 0 {
			c.Columns = append(c.Columns, r.deltaColumns()...)
		}
		for i := range r.Outputs {
			c.Add = append(c.Add, deltaFile(&r.Outputs[i]))
		}
	}
	return c, nil
}

// syncAll makes the log say what all registers say. It finishes the commits that have begun.
func (d *Destination) syncAll(ctx context.Context) error {
	listed, err := d.listRegisters(ctx, true)
	if err != nil {
		return err
	}
	jobs := map[string]bool{}
	for job := range listed {
		jobs[job] = true
	}
	if s := d.deltaLog().Known(); s != nil {
		for _, app := range s.Apps() {
			jobs[strings.TrimPrefix(app, appPrefix)] = true // though its record be gone
		}
	}
	var errs []error
	for _, job := range slices.Sorted(maps.Keys(jobs)) {
		if !table.ValidJob(job) {
			continue
		}
		r := d.Run(job, "", 0, nil)
		err := r.Open(ctx)
		if err == nil && r.register.Unfinished() {
			err = r.recover(ctx)
		}
		if err == nil {
			err = r.syncLog(ctx, r.register)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("job %s: %w", job, err))
		}
	}
	return errors.Join(errs...)
}

// admitToLog makes sure, before a record is claimed, that the table's log can take it. It begins a
// log where one is asked for.
func (r *Run) admitToLog(ctx context.Context, record *Record) error {
	d := r.destination
	if d.Delta {
		if err := d.BeginLog(ctx, record); err != nil {
			return err
		}
	}
	has, err := d.hasLog(ctx)
	if err != nil || !has {
		return err
	}
	if d.Unlocked {
		return d.errUnlocked()
	}
	return record.checkLoggable(d.Folder, d.deltaLog().Known())
}

// LogReport says what a log is like.
type LogReport struct {
	Begun   bool  `json:"begun"`   // it was not there before
	Version int64 `json:"version"` // the newest; -1 where there is none
	Jobs    int64 `json:"jobs"`    // that it knows
	Files   int64 `json:"files"`   // of the table
}

// MakeLog begins the log of the table if there is none, and sees to it that the log says
// what all registers say. A dry run changes nothing, and reports the files that a new log
// would have.
func (d *Destination) MakeLog(ctx context.Context, dryRun bool) (*LogReport, error) {
	has, err := d.hasLog(ctx)
	if err != nil {
		return nil, err
	}
	report := &LogReport{Begun: !has, Version: -1}
	if !has {
		s, err := d.deltaLog().Read(ctx)
		if err != nil {
			return nil, err
		}
		c, err := d.firstChange(ctx, s, nil)
		if err != nil {
			return nil, err
		}
		if dryRun {
			report.Jobs, report.Files = int64(len(c.Txns)), int64(len(c.Add))
			return report, nil
		}
		err = d.beginChecked(ctx)
		if err != nil {
			return nil, err
		}
	} else if !dryRun {
		if d.Unlocked {
			return nil, d.errUnlocked()
		}
		if err := d.syncAll(ctx); err != nil {
			return nil, err
		}
	}
	s, err := d.deltaLog().Read(ctx)
	if err != nil {
		return nil, err
	}
	report.Version = s.Version
	for _, app := range s.Apps() {
		if n, _ := s.Brought(app); n != 0 {
			report.Jobs++
		}
	}
	return report, d.deltaLog().Files(ctx, s, func(delta.File) error { report.Files++; return nil })
}

// beginChecked begins the log once it is sure that the store honours conditions.
func (d *Destination) beginChecked(ctx context.Context) error {
	listed, err := d.listRegisters(ctx, false)
	if err != nil {
		return err
	}
	for job := range listed {
		if table.ValidJob(job) {
			if err := d.tryConditions(ctx, job); err != nil {
				return err
			}
			break
		}
	}
	return d.BeginLog(ctx, nil)
}
