package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// Task is where a task of a run writes.
type Task struct {
	run   *Run
	index int
	notes notes
}

// Task begins the task of that index, from 0: it leaves the run's marker, by which
// what the task writes is found if the run is killed. It fails where the marker
// cannot be written.
func (r *Run) Task(ctx context.Context, index int) (*Task, error) {
	_, err := r.writeMarker(ctx)
	return &Task{run: r, index: index}, err
}

// PartName is how the names of the task's parts and rejects begin.
func (t *Task) PartName() string { return t.run.files.partName(t.index) }

// RejectsName is the name of the task's rejects, below DEST.
func (t *Task) RejectsName() string { return t.run.files.rejectsName(t.PartName()) }

// Create begins a file of that name, below DEST. It is not visible before Commit.
func (t *Task) Create(ctx context.Context, name string) (storage.Output, error) {
	out, err := t.run.files.create(ctx, name)
	if err != nil {
		return nil, err
	}
	if id := out.UploadID(); id != "" {
		if err := t.notes.add(ctx, &t.run.files, t.index, name, id); err != nil {
			_ = out.Abort() // the error that led here is the one to tell
			return nil, fmt.Errorf("note the upload of %s: %w", name, err)
		}
	}
	return out, nil
}

// Discard drops files that were written, also when ctx is cancelled. What cannot
// be dropped is found by the marker later.
func (t *Task) Discard(ctx context.Context, pendings []storage.Pending) {
	t.run.files.discard(ctx, pendings)
}

// Keep keeps the result of the task where Kept, in this process or another, finds
// it. Where that fails, what the task wrote is dropped.
func (t *Task) Keep(ctx context.Context, result *TaskResult) error {
	data, err := json.MarshalIndent(result, "", " ")
	if err == nil && len(data) > MaxRecordFile {
		err = fmt.Errorf("%d bytes are more than the %d that are read again: choose a smaller --task-size", len(data), MaxRecordFile)
	}
	if err == nil {
		err = t.run.files.Put(ctx, t.run.files.result(t.index), withChecksum(data))
	}
	if err != nil {
		t.run.files.discard(ctx, result.Pendings())
		return fmt.Errorf("keep the result of task %d: %w", t.index, err)
	}
	return nil
}

// marker is the file that says that a run is under way, or has ended early.
type marker struct {
	Version     int             `json:"batchreport_run"`
	Program     string          `json:"program"`
	Job         string          `json:"job"`
	Fingerprint string          `json:"fingerprint"`
	Tasks       int             `json:"tasks"`
	PartitionBy []schema.Column `json:"partition_by"`
}

// writeMarker writes the run's marker, and returns its bytes.
func (r *Run) writeMarker(ctx context.Context) ([]byte, error) {
	data, err := json.Marshal(marker{1, r.destination.Program, r.files.job, r.files.fingerprint, r.tasks, r.files.partitionBy})
	if err != nil {
		return nil, err
	}
	return data, r.files.Put(ctx, r.files.marker(), data)
}
