package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"strings"

	"batchreport/convert/internal/stage"
)

// Kept returns, by index, the results of tasks that earlier runs finished and
// nobody published or dropped, those for which usable is true. A result that is
// damaged, or of which a file is gone, is left out with a warning: its task is to
// be run again. Kept also sweeps what a run has left that has committed and was
// killed before it could.
func (r *Run) Kept(ctx context.Context, usable func(*TaskResult) bool) (map[int]*TaskResult, error) {
	kept := map[int]*TaskResult{}
	for info, err := range r.files.List(ctx, r.files.inJobFolder("pending")) {
		if err != nil {
			return nil, err
		}
		switch {
		case !strings.HasPrefix(info.Name, r.files.pendingFolder()+"/"):
			if committed := r.filesOf(&r.register.Record); info.Name == committed.marker() {
				r.sweep(ctx, committed, nil) // it has committed, and was killed before it could
			} else if strings.HasSuffix(info.Name, "/"+markerFile) {
				r.destination.Log.Warn("another run, with other options or another report, is under way or ended early; if it is dead, clean drops what it left", "job", r.files.job, "since", info.Modified)
			}
		case strings.HasPrefix(info.Name, r.files.pendingFolder()+"/"+resultPrefix):
			result, err := r.readKept(ctx, info.Name, usable)
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
	return r.readKept(ctx, r.files.result(index), usable)
}

// readKept reads a task's result; nil if it cannot be committed any more.
func (r *Run) readKept(ctx context.Context, name string, usable func(*TaskResult) bool) (*TaskResult, error) {
	data, _, err := r.files.Get(ctx, name, MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // swept meanwhile
	}
	if err != nil {
		return nil, err
	}
	var result TaskResult
	if checkChecksum(data) != nil || json.Unmarshal(data, &result) != nil || !r.isResult(ctx, &result, name) {
		r.destination.Log.Warn("what should be a task's result is none, so the task is run again", "object", name)
		return nil, nil
	}
	if !usable(&result) {
		return nil, nil
	}
	result.makeAbsolute(&r.files)
	err = stage.Each(ctx, atOnce, result.Pendings(), r.files.Check)
	if errors.Is(err, fs.ErrNotExist) {
		r.destination.Log.Warn("what a task wrote is gone, so it is run again", "task", result.Index)
		return nil, nil
	}
	return &result, err
}

// isResult reports whether result, in the file of that name, is one of this run's.
func (r *Run) isResult(ctx context.Context, result *TaskResult, name string) bool {
	if result.Version != TaskVersion || result.Index < 0 || result.Index >= r.tasks || name != r.files.result(result.Index) {
		return false
	}
	for _, f := range result.written() {
		own, err := r.files.isOwn(ctx, f.Name)
		if err != nil || !own || !strings.HasPrefix(path.Base(f.Name), r.files.partName(result.Index)) {
			return false
		}
	}
	return result.Check() == nil
}
