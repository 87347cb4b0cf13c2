package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// A claim does not hold what is pending of its record, which would make a register several
// times as large as the record: it names the results of tasks that say so. They stay where
// they are until the commit has ended: nobody sweeps them, or drops them, before.
//
// A result may be written again under a claim, by a twin of its task. What it says then is
// as good, if it is what the record lists: the same names, with the same bytes. A result of
// which that is not so, or which is gone, is treated as pending files are that are gone, by
// *LostError.

// newIntent returns the intent of a record, of which these results say what is pending.
func newIntent(record *Record, results []*TaskResult) *intent {
	next := &intent{Record: *record, pendings: []storage.Pending{}}
	for _, r := range results {
		written := r.Pendings()
		if len(written) > 0 {
			next.Results = append(next.Results, claimedResult{r.Index, len(written)})
			next.pendings = append(next.pendings, written...)
		}
	}
	slices.SortFunc(next.Results, func(a, b claimedResult) int { return a.Task - b.Task })
	return next
}

// pendings returns all that is to be published of an intent, with complete names.
func (r *Run) pendings(ctx context.Context, next *intent) ([]storage.Pending, error) {
	if next.pendings != nil {
		return next.pendings, nil
	}
	all := []storage.Pending{}
	for _, p := range next.Pendings {
		all = append(all, r.files.absolute(p, next.Record.Fingerprint))
	}
	files := r.filesOf(&next.Record)
	written := make([][]storage.Pending, len(next.Results))
	numbers := make([]int, len(next.Results))
	for i := range numbers {
		numbers[i] = i
	}
	says := next.says(files)
	err := stage.Each(ctx, atOnce, numbers, func(ctx context.Context, i int) error {
		claimed := next.Results[i]
		result, err := files.getResult(ctx, claimed.Task)
		if err != nil {
			return err
		}
		if !says(result) {
			return &LostError{Name: files.result(claimed.Task), Changed: true}
		}
		for _, w := range result.written() {
			written[i] = append(written[i], files.absolute(relative(w.Pending, w.Name), files.fingerprint))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	next.pendings = append(all, slices.Concat(written...)...)
	return next.pendings, nil
}

// says returns a function that reports whether a result of the run that made the intent is
// what the intent says: as many files as it claims of that task, with the names and the
// bytes that its record lists.
func (next *intent) says(files *runFiles) func(*TaskResult) bool {
	type bytes struct {
		size  int64
		crc32 string
	}
	listed := map[string]bytes{}
	for _, p := range next.Record.Outputs {
		listed[p.Name] = bytes{p.Bytes, p.CRC32}
	}
	for _, p := range next.Record.Rejects {
		listed[p.Name] = bytes{p.Bytes, p.CRC32}
	}
	claimed := map[int]int{}
	for _, c := range next.Results {
		claimed[c.Task] = c.Files
	}
	return func(r *TaskResult) bool {
		all := r.written()
		for _, w := range all {
			if listed[w.Name] != (bytes{w.Pending.Size, w.Pending.CRC32}) || !strings.HasPrefix(path.Base(w.Name), files.partName(r.Index)) {
				return false
			}
		}
		return len(all) == claimed[r.Index]
	}
}

// getResult reads the result of a task that was claimed: it is *LostError where that is
// gone, or is none.
func (f *runFiles) getResult(ctx context.Context, task int) (*TaskResult, error) {
	data, _, err := f.Get(ctx, f.result(task), MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &LostError{Name: f.result(task)}
	}
	if err != nil {
		return nil, err
	}
	var result TaskResult
	if checkChecksum(data) != nil || json.Unmarshal(data, &result) != nil || result.Version != TaskVersion || result.Index != task {
		return nil, &LostError{Name: f.result(task), Changed: true}
	}
	return &result, nil
}

// lost returns the intent as one that is replaced, since something of it is gone.
func (next *intent) lost() *lostIntent {
	lost := &lostIntent{Fingerprint: next.Record.Fingerprint, Pendings: next.Pendings}
	if next.Results != nil {
		lost.PartitionBy = next.Record.Options.PartitionBy
	}
	return lost
}

// dropLost drops what a lost intent could still publish, so that it never appears where a
// process goes on that was stopped. If it has the fingerprint of next, there is nothing to
// drop: what it could publish are the files that next has.
func (r *Run) dropLost(ctx context.Context, next *intent) error {
	lost := next.Lost
	if lost == nil {
		return nil
	}
	err := stage.Each(ctx, atOnce, lost.Pendings, func(ctx context.Context, p storage.Pending) error {
		return r.files.Discard(ctx, r.files.absolute(p, lost.Fingerprint))
	})
	if err != nil || len(lost.Pendings) > 0 || lost.Fingerprint == next.Record.Fingerprint {
		return err
	}
	files := r.files
	files.fingerprint, files.partitionBy = lost.Fingerprint, lost.PartitionBy
	return files.discardPending(ctx)
}

// dropPending drops all that is pending of an intent that is taken back.
func (r *Run) dropPending(ctx context.Context, next *intent) error {
	err := stage.Each(ctx, atOnce, next.Pendings, func(ctx context.Context, p storage.Pending) error {
		return r.files.Discard(ctx, r.files.absolute(p, next.Record.Fingerprint))
	})
	if err != nil {
		return err
	}
	return r.filesOf(&next.Record).discardPending(ctx)
}

// discardPending drops all that is pending of the run's fingerprint, and leaves its marker
// and the results of its tasks.
func (f *runFiles) discardPending(ctx context.Context) error {
	l, err := f.leftovers(ctx, nil)
	if err != nil {
		return err
	}
	return stage.Each(ctx, atOnce, l.pendings, f.Discard)
}
