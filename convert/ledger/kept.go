package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// Kept returns, by index, the results of tasks that earlier runs finished and
// nobody published or dropped, those for which usable is true. A result that is
// damaged, or of which a file is gone, is left out with a warning: its task is to
// be run again. Kept also sweeps what a run has left that has committed and was
// killed before it could.
//
// Results are read several at a time, so usable may be called by several goroutines at once.
func (r *Run) Kept(ctx context.Context, usable func(*TaskResult) bool) (map[int]*TaskResult, error) {
	var names []string
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
			names = append(names, info.Name)
		}
	}
	results, uploads, err := r.readAll(ctx, names, usable)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	kept := map[int]*TaskResult{}
	asClaimed := func(*TaskResult) bool { return true }
	if next := r.register.Next; next != nil && next.Results != nil && next.Record.Fingerprint == r.files.fingerprint {
		asClaimed = next.says(&r.files) // the commit could not be finished: was it for this one?
	}
	err = stage.Each(ctx, atOnce, results, func(ctx context.Context, result *TaskResult) error {
		if there, err := r.isThere(ctx, result, uploads); !there || err != nil {
			return err
		}
		if !asClaimed(result) {
			name := r.files.result(result.Index)
			r.destination.Log.Warn("what should be a task's result was changed after it was claimed, so the task is run again", "object", name)
			return r.files.Delete(ctx, name)
		}
		mu.Lock()
		defer mu.Unlock()
		kept[result.Index] = result
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.files.listsUploads = len(uploads) > 0 && holds(uploads, kept)
	return kept, nil
}

// readAll reads the results of those names that can be used and, meanwhile, lists the uploads:
// both take as long as there are tasks.
func (r *Run) readAll(ctx context.Context, names []string, usable func(*TaskResult) bool) (results []*TaskResult, uploads map[string]bool, err error) {
	var mu sync.Mutex
	both := []func(context.Context) error{
		func(ctx context.Context) (err error) {
			uploads, err = r.listUploads(ctx, len(names))
			return err
		},
		func(ctx context.Context) error {
			return stage.Each(ctx, atOnce, names, func(ctx context.Context, name string) error {
				result, err := r.readResult(ctx, name, usable)
				if result != nil {
					mu.Lock()
					defer mu.Unlock()
					results = append(results, result)
				}
				return err
			})
		},
	}
	err = stage.Each(ctx, len(both), both, func(ctx context.Context, f func(context.Context) error) error { return f(ctx) })
	return results, uploads, err
}

// listUploads returns the ids of the uploads that the store lists, where so many results
// make one listing cheaper than to ask for each upload of theirs.
func (r *Run) listUploads(ctx context.Context, results int) (map[string]bool, error) {
	const many = 16
	if !storage.IsS3(r.files.dest) || results < many {
		return nil, nil
	}
	uploads := map[string]bool{}
	for u, err := range r.files.Unpublished(ctx, r.files.dest, r.files.pendingFolder()) {
		if err != nil {
			return nil, err
		}
		uploads[u.UploadID] = true
	}
	return uploads, nil
}

// holds reports whether all uploads of results are among those.
func holds(uploads map[string]bool, results map[int]*TaskResult) bool {
	for _, r := range results {
		for _, p := range r.Pendings() {
			if !uploads[p.UploadID] {
				return false
			}
		}
	}
	return true
}

// KeptTask returns the result of one task as Kept does; nil if there is none.
func (r *Run) KeptTask(ctx context.Context, index int, usable func(*TaskResult) bool) (*TaskResult, error) {
	result, err := r.readResult(ctx, r.files.result(index), usable)
	if result == nil || err != nil {
		return nil, err
	}
	if there, err := r.isThere(ctx, result, nil); !there || err != nil {
		return nil, err
	}
	return result, nil
}

// readResult reads a task's result; nil if there is none that can be used.
func (r *Run) readResult(ctx context.Context, name string, usable func(*TaskResult) bool) (*TaskResult, error) {
	data, _, err := r.files.Get(ctx, name, MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // swept meanwhile
	}
	if err != nil {
		return nil, err
	}
	var result TaskResult
	if checkChecksum(data) != nil || json.Unmarshal(data, &result) != nil || !r.isResult(&result, name) {
		r.destination.Log.Warn("what should be a task's result is none, so the task is run again", "object", name)
		return nil, nil
	}
	if !usable(&result) {
		return nil, nil
	}
	result.makeAbsolute(&r.files)
	return &result, nil
}

// isThere reports whether all that a task wrote can be published still. These uploads are
// known to be under way.
func (r *Run) isThere(ctx context.Context, result *TaskResult, uploads map[string]bool) (bool, error) {
	unknown := slices.DeleteFunc(result.Pendings(), func(p storage.Pending) bool { return p.UploadID != "" && uploads[p.UploadID] })
	const few = 4 // of one result, beside those of others
	err := stage.Each(ctx, few, unknown, r.files.Check)
	if errors.Is(err, fs.ErrNotExist) {
		r.destination.Log.Warn("what a task wrote is gone, so it is run again", "task", result.Index)
		return false, nil
	}
	return err == nil, err
}

// isResult reports whether result, in the file of that name, is one of this run's.
func (r *Run) isResult(result *TaskResult, name string) bool {
	if result.Version != TaskVersion || result.Index < 0 || result.Index >= r.tasks || name != r.files.result(result.Index) {
		return false
	}
	for _, f := range result.written() {
		if !r.files.hasName(f.Name) || !strings.HasPrefix(path.Base(f.Name), r.files.partName(result.Index)) {
			return false
		}
	}
	return result.Check() == nil
}
