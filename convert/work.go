package convert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"batchreport/convert/storage"
)

// jobWork is a job on its way. Its summary has an outcome once it is over.
type jobWork struct {
	*converter
	plan    *JobPlan
	dest    *destination
	at      *register // as it was when the work began
	results []*TaskResult
	summary JobSummary
}

func (c *converter) work(plan *JobPlan) *jobWork {
	return &jobWork{
		converter: c,
		plan:      plan,
		dest:      &destination{Store: c.store, folder: c.plan.Dest, job: plan.Job.Name, fingerprint: plan.Fingerprint, partitionBy: c.options.PartitionBy},
		summary:   JobSummary{Job: plan.Job.Name},
	}
}

func (w *jobWork) end(outcome Outcome, r *Record) {
	w.summary.Outcome, w.summary.Totals, w.summary.Rejects = outcome, r.Totals, r.Rejects
}

func (w *jobWork) fail(err error) {
	w.summary.Outcome, w.summary.Err = Failed, err
}

// begin finishes what a dead run has begun to commit, and ends the work if what
// it would do is done already.
func (w *jobWork) begin(ctx context.Context) error {
	at, err := readRegister(ctx, w.dest)
	if err != nil {
		return err
	}
	if w.options.DryRun {
		w.look(at)
		return nil
	}
	claimed := at.Next
	w.at = at
	at, err = rollForward(ctx, w.dest, at)
	if lost := (*lostError)(nil); errors.As(err, &lost) {
		w.options.Log.Warn("an earlier run began to commit what is gone now: it is replaced", "object", lost.name)
		return nil
	}
	if err != nil {
		return err
	}
	w.at = at
	if claimed != nil {
		w.sweep(ctx, w.runOf(&claimed.Record))
	}
	if w.isDone() {
		w.end(Unchanged, &at.Record)
		w.sweep(ctx, w.dest) // what a twin of the run that committed has left
	}
	return nil
}

// runOf is the destination of the run that wrote a record.
func (w *jobWork) runOf(r *Record) *destination {
	d := *w.dest
	d.fingerprint, d.partitionBy = r.Fingerprint, r.Options.PartitionBy
	return &d
}

// isDone reports whether the register has what this run would commit.
func (w *jobWork) isDone() bool {
	if w.at.Fingerprint == "" || w.options.Force {
		return false
	}
	if w.at.Fingerprint == w.plan.Fingerprint {
		if !w.options.isVerified(w.at.Inputs) {
			w.options.Log.Warn("converted before, but its input was not verified as is asked for now; --force converts it again", "job", w.at.Job)
		}
		return true
	}
	version := strings.TrimPrefix(w.at.Program, createdBy)
	if w.at.Fingerprint != fingerprint(w.plan.Job, w.options.Spec, version) {
		return false
	}
	w.options.Log.Warn("converted before by another version of this program; --force converts it again", "job", w.at.Job, "version", version)
	return true
}

// sweep drops what is pending of a run that is over. That it fails is no reason
// to call a job failed: the next run, or Clean, tries again.
func (w *jobWork) sweep(ctx context.Context, d *destination) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if err := d.sweep(ctx); err != nil {
		w.options.Log.Warn("left what is pending of a run that is over", "job", d.job, "error", err)
	}
}

// runTasks runs the tasks that have no result yet.
func (w *jobWork) runTasks(ctx context.Context) error {
	kept, err := w.kept(ctx)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		w.options.Log.Info("goes on after an earlier run", "job", w.plan.Job.Name, "tasks done", len(kept), "of", len(w.plan.Tasks))
	}
	w.results = nil
	for _, task := range w.plan.Tasks {
		r := kept[task.Index]
		if r != nil {
			w.options.OnRead(int(r.Totals.BytesIn))
		} else if r, err = w.runTask(ctx, task); err != nil {
			return err
		}
		w.results = append(w.results, r)
	}
	return nil
}

// runTask runs a task and keeps its result where a commit finds it.
func (w *jobWork) runTask(ctx context.Context, task Task) (*TaskResult, error) {
	if _, err := w.mark(ctx); err != nil {
		return nil, err
	}
	r, err := runTask(ctx, w.mem, w.dest, w.plan, task, &w.options)
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err == nil && len(data) > maxRecordFile {
		err = fmt.Errorf("%d bytes are more than the %d that are read again: choose a smaller --task-size", len(data), maxRecordFile)
	}
	if err == nil {
		err = w.dest.Put(ctx, w.dest.result(task.Index), seal(data))
	}
	if err != nil {
		w.dest.discard(ctx, r.pendings())
		return nil, fmt.Errorf("keep the result of task %d: %w", task.Index, err)
	}
	return r, nil
}

// mark leaves a sign before anything is written, and returns what it says.
func (w *jobWork) mark(ctx context.Context) ([]byte, error) {
	data, err := json.Marshal(marker{1, w.converter.plan.Program, w.plan.Job.Name, w.plan.Fingerprint, len(w.plan.Tasks), w.options.PartitionBy})
	if err != nil {
		return nil, err
	}
	return data, w.dest.Put(ctx, w.dest.marker(), data)
}

// kept returns the results of tasks that earlier runs finished and nobody
// published or dropped, by index.
func (w *jobWork) kept(ctx context.Context) (map[int]*TaskResult, error) {
	kept := map[int]*TaskResult{}
	for info, err := range w.store.List(ctx, w.dest.state("pending")) {
		if err != nil {
			return nil, err
		}
		switch {
		case !strings.HasPrefix(info.Name, w.dest.pending()+"/"):
			if over := w.runOf(&w.at.Record); info.Name == over.marker() {
				w.sweep(ctx, over) // it has committed, and was killed before it could
			} else if strings.HasSuffix(info.Name, "/run.json") {
				w.options.Log.Warn("another run, with other options or another report, is under way or ended early; if it is dead, clean drops what it left", "job", w.plan.Job.Name, "since", info.Modified)
			}
		case strings.HasPrefix(info.Name, w.dest.pending()+"/task-"):
			r, err := w.keptResult(ctx, info.Name)
			if err != nil {
				return nil, err
			}
			if r != nil {
				kept[r.Index] = r
			}
		}
	}
	return kept, nil
}

// keptResult returns a task's result; nil if it cannot be committed any more.
func (w *jobWork) keptResult(ctx context.Context, name string) (*TaskResult, error) {
	data, err := readAll(ctx, w.store, name, maxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // swept meanwhile
	}
	if err != nil {
		return nil, err
	}
	var r TaskResult
	if checkSeal(data) != nil || json.Unmarshal(data, &r) != nil || !w.isResult(&r, name) {
		w.options.Log.Warn("what should be a task's result is none, so the task is run again", "object", name)
		return nil, nil
	}
	if !w.options.isVerified(r.Inputs) {
		w.options.Log.Warn("an earlier run did not verify its input as is asked for now, so the task is run again", "task", r.Index)
		return nil, nil
	}
	r.here(w.dest)
	err = each(ctx, atOnce, r.pendings(), w.dest.Check)
	if errors.Is(err, fs.ErrNotExist) {
		w.options.Log.Warn("what a task wrote is gone, so it is run again", "task", r.Index)
		return nil, nil
	}
	return &r, err
}

// isResult reports whether r is a result of this run's, and of nothing else.
func (w *jobWork) isResult(r *TaskResult, name string) bool {
	if r.Version != taskVersion || r.Index < 0 || r.Index >= len(w.plan.Tasks) || name != w.dest.result(r.Index) {
		return false
	}
	files := w.plan.files(w.plan.Tasks[r.Index])
	if len(files) != len(r.Inputs) || r.check() != nil {
		return false
	}
	for i, in := range r.Inputs {
		if in.Key != files[i].Key {
			return false
		}
	}
	for _, f := range r.written() {
		if !validName(f.Name) || !strings.HasPrefix(path.Base(f.Name), w.dest.partName(r.Index)) {
			return false
		}
	}
	return true
}

// tryConditions makes sure, once in a run, that commits can rely on conditions.
func (w *jobWork) tryConditions(ctx context.Context) error {
	if w.conditions {
		return nil
	}
	marker, err := w.mark(ctx)
	if err == nil {
		err = w.dest.tryConditions(ctx, marker)
	}
	w.conditions = err == nil
	return err
}

// commit commits the results of all tasks.
func (w *jobWork) commit(ctx context.Context) error {
	record, err := newRecord(w.plan, &w.options, w.results)
	if err != nil {
		return err
	}
	if w.options.DryRun {
		w.end(Planned, record)
		return nil
	}
	if err := w.tryConditions(ctx); err != nil {
		return err
	}
	at, err := commit(ctx, w.dest, w.at, record, w.results)
	if lost := (*lostError)(nil); errors.As(err, &lost) {
		// The next try is to replace this one.
		now, err := readRegister(ctx, w.dest)
		if err != nil {
			return err
		}
		w.at = now
		return lost
	}
	if err != nil {
		return err
	}
	w.at = at
	w.end(Committed, record)
	w.sweep(ctx, w.dest)
	return nil
}

// failed ends the work after an error, unless another run of the same has
// committed meanwhile, and swept what this one wrote. It reports whether it
// has failed.
func (w *jobWork) failed(ctx context.Context, err error) bool {
	w.fail(err)
	if errors.Is(err, storage.ErrUnknown) || w.options.DryRun {
		return true
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	now, e := readRegister(ctx, w.dest)
	if e != nil || now.Fingerprint != w.plan.Fingerprint || now.tag == w.at.tag || now.Next != nil || len(now.Replaces) > 0 {
		return true // err is the error to tell
	}
	w.summary.Err = nil
	w.end(Unchanged, &now.Record)
	w.sweep(ctx, w.dest)
	return false
}

// hasClaimed tells, the user too, whether the commit has begun.
func (w *jobWork) hasClaimed(ctx context.Context) bool {
	now, err := readRegister(ctx, w.dest)
	if err != nil || now.Next == nil || now.Next.Record.Fingerprint != w.plan.Fingerprint {
		return false
	}
	w.options.Log.Warn("the commit has begun, and some files may be visible: the same command finishes it", "job", w.plan.Job.Name)
	return true
}

// leave tidies up after a failure. What finished tasks wrote stays for the next
// run.
func (w *jobWork) leave(ctx context.Context) {
	if errors.Is(w.summary.Err, storage.ErrUnknown) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if w.hasClaimed(ctx) {
		return
	}
	left, err := w.dest.leftovers(ctx)
	switch {
	case err != nil: // the error that led here is the one to tell
	case len(left.files) > 1:
		w.options.Log.Warn("what finished tasks wrote is kept: the same command goes on there; clean --older-than 0h drops it", "job", w.plan.Job.Name, "tasks done", len(left.files)-1, "of", len(w.plan.Tasks))
	case len(left.pendings) == 0:
		_ = left.drop(ctx) // only the marker
	}
}
