package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// leftovers are what is pending of one fingerprint.
type leftovers struct {
	run      *runFiles
	pendings []storage.Pending
	names    []string  // of results and marker, the marker last
	modified time.Time // when anything of it last changed; zero if there is nothing
}

// leftovers returns what this run, or a twin, has written and not published. It goes
// by the results of tasks and by their notes, then by what the store lists, as not
// every store lists all. What is in published is known not to be left, nor, then, what
// results speak of; nor what notes speak of, where the store is known to list all.
func (f *runFiles) leftovers(ctx context.Context, published map[string]bool) (*leftovers, error) {
	l := &leftovers{run: f}
	var speaking []string // of uploads
	for info, err := range f.List(ctx, f.pendingFolder()) {
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(info.Name, f.pendingFolder()+"/")
		switch {
		case isNoteName(name), isResultName(name):
			if published == nil || isNoteName(name) && !f.listsUploads {
				speaking = append(speaking, info.Name)
			}
			l.names = append(l.names, info.Name)
		case name == markerFile+swapEnding:
			l.names = append(l.names, info.Name)
		case name != markerFile:
			continue // whose it is nobody knows
		}
		l.touched(info.Modified)
	}
	l.names = append(l.names, f.marker())
	listed := map[string]bool{}
	for u, err := range f.Unpublished(ctx, f.dest, f.pendingFolder()) {
		if err != nil {
			return nil, err
		}
		if u.Name != "" { // an upload, which may be of a table below this one
			own, err := f.isOwn(ctx, strings.TrimPrefix(u.Name, f.address("")))
			if err != nil {
				return nil, err
			}
			if !own {
				continue
			}
			listed[u.UploadID] = true
		}
		l.pendings = append(l.pendings, u.Pending)
		l.touched(u.Modified)
	}
	noted, err := f.noted(ctx, speaking)
	if err != nil {
		return nil, err
	}
	noted = slices.DeleteFunc(noted, func(p storage.Pending) bool {
		known := listed[p.UploadID] || published[p.UploadID]
		listed[p.UploadID] = true // results and notes speak of the same
		return known
	})
	alive, err := f.alive(ctx, noted)
	l.pendings = append(l.pendings, alive...)
	return l, err
}

// swapEnding is what a Swap on disk that was killed leaves behind a name.
const swapEnding = ".pending"

// isResultName reports whether a file in a run's pending folder is named as the
// result of a task is.
func isResultName(name string) bool {
	number, ok := strings.CutPrefix(name, resultPrefix)
	number, isJSON := strings.CutSuffix(number, ".json")
	return ok && isJSON && len(number) >= 5 && strings.Trim(number, "0123456789") == ""
}

// tasks is how many tasks have left their results.
func (l *leftovers) tasks() (n int) {
	for _, name := range l.names {
		if isResultName(path.Base(name)) {
			n++
		}
	}
	return n
}

// keptTasks is how many tasks of the run have left their results.
func (f *runFiles) keptTasks(ctx context.Context) (n int, err error) {
	for info, err := range f.List(ctx, f.pendingFolder()) {
		if err != nil {
			return 0, err
		}
		if isResultName(strings.TrimPrefix(info.Name, f.pendingFolder()+"/")) {
			n++
		}
	}
	return n, nil
}

func (l *leftovers) touched(t time.Time) {
	if t.After(l.modified) {
		l.modified = t
	}
}

// drop deletes them.
func (l *leftovers) drop(ctx context.Context) error {
	if err := stage.Each(ctx, atOnce, l.pendings, l.run.Discard); err != nil {
		return err
	}
	// What finds the rest again goes last.
	last := len(l.names) - 1
	if err := l.run.deleteAll(ctx, l.names[:last]); err != nil {
		return err
	}
	return l.run.Delete(ctx, l.names[last])
}

// sweep drops all that is pending of the run's fingerprint: after the commit, or
// where nobody is to go on with it. Where there was something it looks again:
// another run may sweep at the same time, and a listing of uploads misses some
// while others end. What is known to have been published need not be asked for. It drops
// nothing of a commit under way, of which claimed tells.
func (f *runFiles) sweep(ctx context.Context, published []storage.Pending, claimed func(context.Context) (bool, error)) error {
	var ids map[string]bool
	if published != nil {
		ids = map[string]bool{}
		for _, p := range published {
			ids[p.UploadID] = true
		}
	}
	const most = 5
	for n := 1; ; n++ {
		l, err := f.leftovers(ctx, ids)
		if err == nil && l.modified.IsZero() {
			return nil // there is nothing
		}
		if err == nil && n == 1 {
			keep, err := claimed(ctx)
			if keep || err != nil {
				return err
			}
		}
		if err == nil {
			err = l.drop(ctx)
		}
		if n == most || err == nil && len(l.pendings) == 0 {
			return err
		}
	}
}

// isOwn reports whether a file of that name, below DEST, is one that the run makes.
// It may read the marker, so it belongs to one goroutine: see hasName.
func (f *runFiles) isOwn(ctx context.Context, name string) (bool, error) {
	if err := f.readPartitionBy(ctx); err != nil {
		return false, err
	}
	return f.hasName(name), nil
}

// readPartitionBy makes sure that the partition columns of the run's parts are known,
// if its marker is there.
func (f *runFiles) readPartitionBy(ctx context.Context) error {
	if f.partitionBy != nil {
		return nil
	}
	data, _, err := f.Get(ctx, f.marker(), MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var m marker
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("parse %s: %w", f.marker(), err)
	}
	f.partitionBy = append([]schema.Column{}, m.PartitionBy...) // not nil, though there be none
	return nil
}

// hasName is isOwn by what is known of the partition columns: where that is nothing,
// no part is known to be the run's.
func (f *runFiles) hasName(name string) bool {
	folder, base := path.Split(name)
	if !strings.HasPrefix(base, partPrefix(f.fingerprint)) {
		return false
	}
	if name == f.rejectsName(strings.TrimSuffix(base, rejectsEnding)) {
		return true
	}
	for _, column := range f.partitionBy {
		var value string
		value, folder, _ = strings.Cut(folder, "/")
		value, ok := strings.CutPrefix(value, column.String()+"=")
		if !ok || column == schema.JobID && !table.IsSource(f.job) && value != f.job {
			return false
		}
	}
	return f.partitionBy != nil && folder == ""
}
