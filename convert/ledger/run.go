package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Dest is a destination, and who works there.
type Dest struct {
	Store   storage.Store
	Folder  string // DEST
	Program string // with its version, as in Record.Program
	Log     *slog.Logger

	conditions bool // of Swap are honoured; not known before the first commit
}

// Run returns the run that makes the job's part of the table with that fingerprint
// in so many tasks. Nothing is read before Open, and nothing written before Task.
func (d *Dest) Run(job, fingerprint string, tasks int, partitionBy []schema.Column) *Run {
	return &Run{
		files: destination{Store: d.Store, folder: d.Folder, job: job, fingerprint: fingerprint, partitionBy: partitionBy},
		dest:  d, tasks: tasks,
	}
}

// Run is one run of a job, from its first look at the job's register to the
// commit or to its end without one:
//
//	Open ─▶ Begin ─▶ Kept ─▶ Task, Create, Keep for each task ─▶ Commit
//	                                                          └▶ Abandon
//
// Task, Create and Keep may be called by several goroutines at once, the other
// methods by one.
type Run struct {
	files destination
	dest  *Dest
	tasks int

	at *Register // as it was last seen
}

// Record is what was committed when the run last looked; nil if nothing was.
func (r *Run) Record() *Record {
	if r.at.Fingerprint == "" {
		return nil
	}
	return &r.at.Record
}

// IsClaimed reports whether a commit of the job had begun, and not ended, when the
// run last looked.
func (r *Run) IsClaimed() bool { return r.at.Next != nil }

// Open looks at the job's Register, and changes nothing.
func (r *Run) Open(ctx context.Context) (err error) {
	r.at, err = readRegister(ctx, &r.files)
	return err
}

// OpenDry is Open for a run that changes nothing: it takes what a dead run has
// begun to commit for committed.
func (r *Run) OpenDry(ctx context.Context) error {
	if err := r.Open(ctx); err != nil {
		return err
	}
	r.at = &Register{Record: *r.at.deciding(), tag: r.at.tag}
	return nil
}

// Begin finishes what a dead run has begun to commit. Where that is gone, the
// commit of this run replaces it.
func (r *Run) Begin(ctx context.Context) error {
	claimed := r.at.Next
	at, err := rollForward(ctx, &r.files, r.at)
	if lost := (*LostError)(nil); errors.As(err, &lost) {
		r.dest.Log.Warn("an earlier run began to commit what is gone now: it is replaced", "object", lost.Name)
		return nil
	}
	if err != nil {
		return err
	}
	r.at = at
	if claimed != nil {
		r.sweep(ctx, r.of(&claimed.Record))
	}
	return nil
}

// of is where the files of the run are that wrote a record.
func (r *Run) of(record *Record) *destination {
	d := r.files
	d.fingerprint, d.partitionBy = record.Fingerprint, record.Options.PartitionBy
	return &d
}

// Sweep drops what is pending of this run, and of its twins: after its commit,
// there is nothing that anybody could go on with. That it fails is no reason to
// call a job failed: the next run, or Clean, tries again.
func (r *Run) Sweep(ctx context.Context) { r.sweep(ctx, &r.files) }

func (r *Run) sweep(ctx context.Context, d *destination) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if err := d.sweep(ctx); err != nil {
		r.dest.Log.Warn("left what is pending of a run that is over", "job", d.job, "error", err)
	}
}

// mark leaves a sign before anything is written, and returns what it says.
func (r *Run) mark(ctx context.Context) ([]byte, error) {
	data, err := json.Marshal(marker{1, r.dest.Program, r.files.job, r.files.fingerprint, r.tasks, r.files.partitionBy})
	if err != nil {
		return nil, err
	}
	return data, r.files.Put(ctx, r.files.marker(), data)
}

// Task begins a task of the run: it leaves a sign by which what the task writes is
// found, also where the run is killed.
func (r *Run) Task(ctx context.Context, index int) (*Task, error) {
	_, err := r.mark(ctx)
	return &Task{run: r, index: index}, err
}

// Task is where a task of a run writes.
type Task struct {
	run   *Run
	index int
}

// PartName is how the names of the task's parts and rejects begin.
func (t *Task) PartName() string { return t.run.files.partName(t.index) }

// RejectsName is the name of the task's rejects, below DEST.
func (t *Task) RejectsName() string { return t.run.files.rejects(t.PartName()) }

// Create begins a file of that name, below DEST. It is not visible before Commit.
func (t *Task) Create(ctx context.Context, name string) (storage.Output, error) {
	return t.run.files.create(ctx, name)
}

// Discard drops files that were written, also when ctx is cancelled.
func (t *Task) Discard(ctx context.Context, pendings []storage.Pending) {
	t.run.files.discard(ctx, pendings)
}

// Keep keeps the result of the task where Kept, in this process or another, finds it.
// Where that fails, what the task wrote is dropped.
func (t *Task) Keep(ctx context.Context, result *TaskResult) error {
	data, err := json.MarshalIndent(result, "", " ")
	if err == nil && len(data) > MaxRecordFile {
		err = fmt.Errorf("%d bytes are more than the %d that are read again: choose a smaller --task-size", len(data), MaxRecordFile)
	}
	if err == nil {
		err = t.run.files.Put(ctx, t.run.files.result(t.index), seal(data))
	}
	if err != nil {
		t.run.files.discard(ctx, result.Pendings())
		return fmt.Errorf("keep the result of task %d: %w", t.index, err)
	}
	return nil
}

// Kept returns, by index, the results of tasks that earlier runs finished and
// nobody published or dropped, those for which usable is true.
func (r *Run) Kept(ctx context.Context, usable func(*TaskResult) bool) (map[int]*TaskResult, error) {
	kept := map[int]*TaskResult{}
	for info, err := range r.files.List(ctx, r.files.state("pending")) {
		if err != nil {
			return nil, err
		}
		switch {
		case !strings.HasPrefix(info.Name, r.files.pending()+"/"):
			if over := r.of(&r.at.Record); info.Name == over.marker() {
				r.sweep(ctx, over) // it has committed, and was killed before it could
			} else if strings.HasSuffix(info.Name, "/run.json") {
				r.dest.Log.Warn("another run, with other options or another report, is under way or ended early; if it is dead, clean drops what it left", "job", r.files.job, "since", info.Modified)
			}
		case strings.HasPrefix(info.Name, r.files.pending()+"/task-"):
			result, err := r.kept(ctx, info.Name, usable)
			if err != nil {
				return nil, err
			}
			if result != nil {
				kept[result.Index] = result
			}
		}
	}
	return kept, nil
}

// KeptTask returns the result of one task as Kept does; nil if there is none.
func (r *Run) KeptTask(ctx context.Context, index int, usable func(*TaskResult) bool) (*TaskResult, error) {
	return r.kept(ctx, r.files.result(index), usable)
}

// kept returns a task's result; nil if it cannot be committed any more.
func (r *Run) kept(ctx context.Context, name string, usable func(*TaskResult) bool) (*TaskResult, error) {
	data, _, err := r.files.Get(ctx, name, MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // swept meanwhile
	}
	if err != nil {
		return nil, err
	}
	var result TaskResult
	if checkSeal(data) != nil || json.Unmarshal(data, &result) != nil || !r.isResult(&result, name) {
		r.dest.Log.Warn("what should be a task's result is none, so the task is run again", "object", name)
		return nil, nil
	}
	if !usable(&result) {
		return nil, nil
	}
	result.here(&r.files)
	err = stage.Each(ctx, atOnce, result.Pendings(), r.files.Check)
	if errors.Is(err, fs.ErrNotExist) {
		r.dest.Log.Warn("what a task wrote is gone, so it is run again", "task", result.Index)
		return nil, nil
	}
	return &result, err
}

// isResult reports whether result, in the file of that name, is one of this run's.
func (r *Run) isResult(result *TaskResult, name string) bool {
	if result.Version != TaskVersion || result.Index < 0 || result.Index >= r.tasks || name != r.files.result(result.Index) {
		return false
	}
	for _, f := range result.written() {
		if !table.ValidName(f.Name) || !strings.HasPrefix(path.Base(f.Name), r.files.partName(result.Index)) {
			return false
		}
	}
	return result.Check() == nil
}

// Commit makes what the tasks wrote the job's part of the table, and sweeps. It is
// *LostError where something of it is gone: then the tasks that wrote it are to be
// run again.
func (r *Run) Commit(ctx context.Context, record *Record, results []*TaskResult) error {
	if err := r.tryConditions(ctx); err != nil {
		return err
	}
	at, err := commit(ctx, &r.files, r.at, record, results)
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
	r.at = at
	r.Sweep(ctx)
	return nil
}

// tryConditions makes sure, once for a destination, that commits can rely on conditions.
func (r *Run) tryConditions(ctx context.Context) error {
	if r.dest.conditions {
		return nil
	}
	marker, err := r.mark(ctx)
	if err == nil {
		err = r.files.tryConditions(ctx, marker)
	}
	r.dest.conditions = err == nil
	return err
}

// Twin returns the record of another run of the same that has committed since this
// one last looked, and sweeps what this one wrote, which nobody needs then; nil if
// there is none.
func (r *Run) Twin(ctx context.Context) *Record {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	now, err := readRegister(ctx, &r.files)
	if err != nil || now.Fingerprint != r.files.fingerprint || now.tag == r.at.tag || now.Next != nil || len(now.Replaces) > 0 {
		return nil
	}
	r.Sweep(ctx)
	return &now.Record
}

// Follow finishes the commit of another run of the same that has begun, or ended,
// since this one last looked, and returns its record; nil if there is none.
func (r *Run) Follow(ctx context.Context) (*Record, error) {
	now, err := readRegister(ctx, &r.files)
	if err != nil || now.tag == r.at.tag || now.deciding().Fingerprint != r.files.fingerprint {
		return nil, nil // what led here is the error to tell
	}
	if now, err = rollForward(ctx, &r.files, now); err != nil {
		return nil, err
	}
	return &now.Record, nil
}

// HasClaimed tells, the user too, whether the commit of this run has begun.
func (r *Run) HasClaimed(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	now, err := readRegister(ctx, &r.files)
	if err != nil || now.Next == nil || now.Next.Record.Fingerprint != r.files.fingerprint {
		return false
	}
	r.dest.Log.Warn("the commit has begun, and some files may be visible: the same command finishes it", "job", r.files.job)
	return true
}

// Abandon tidies up after a failure. What finished tasks wrote stays for the next
// run.
func (r *Run) Abandon(ctx context.Context) {
	if r.HasClaimed(ctx) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	left, err := r.files.leftovers(ctx)
	switch {
	case err != nil: // the error that led here is the one to tell
	case len(left.files) > 1:
		r.dest.Log.Warn("what finished tasks wrote is kept: the same command goes on there; clean --older-than 0h drops it", "job", r.files.job, "tasks done", len(left.files)-1, "of", r.tasks)
	case len(left.pendings) == 0:
		_ = left.drop(ctx) // only the marker
	}
}
