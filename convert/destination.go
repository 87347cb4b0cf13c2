package convert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// stateFolder holds what is no part of the table, below DEST.
const stateFolder = "_batchreport"

// destination is where the files of one run of a job go: parts below DEST, what
// is no part of the table in the job's folder below DEST/_batchreport.
type destination struct {
	storage.Store
	folder      string // DEST; or Stdio
	job         string
	fingerprint string
	partitionBy []schema.Column // of the run's parts; nil where only its marker tells
}

// name returns the address of a file below DEST.
func (d *destination) name(name string) string {
	if d.folder == Stdio {
		return Stdio
	}
	return storage.Join(d.folder, name)
}

// state returns the address of a file in the job's folder.
func (d *destination) state(name string) string {
	return d.name(stateFolder + "/" + d.job + "/" + name)
}

// pending is the folder of what the run has written and not published.
func (d *destination) pending() string { return d.state("pending/" + d.fingerprint) }

// marker says that a run is under way or has ended early: without it nobody
// would find the uploads of a run that was killed.
func (d *destination) marker() string { return d.pending() + "/run.json" }

// result is the file of a task's result.
func (d *destination) result(task int) string {
	return fmt.Sprintf("%s/task-%05d.json", d.pending(), task)
}

// partName is how the names of a task's parts and rejects begin.
func (d *destination) partName(task int) string {
	return fmt.Sprintf("%s%05d", partPrefix(d.fingerprint), task)
}

func partPrefix(fingerprint string) string { return "part-" + fingerprint + "-" }

// rejects is the name of a task's rejects below DEST.
func (d *destination) rejects(partName string) string {
	return stateFolder + "/" + d.job + "/rejects/" + partName + rejectsEnding
}

const rejectsEnding = ".jsonl.gz"

// create begins a file of that name below DEST.
func (d *destination) create(ctx context.Context, name string) (storage.Output, error) {
	return d.Create(ctx, d.name(name), d.pending())
}

// cleanupTime is how long tidying up may take once a run has been cancelled.
const cleanupTime = 30 * time.Second

// discard drops what was written and not published, also when ctx is cancelled.
func (d *destination) discard(ctx context.Context, pendings []storage.Pending) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	for _, p := range pendings {
		_ = d.Discard(ctx, p) // the error that led here is the one to tell
	}
}

// away returns p as it is kept in a file: with the name below DEST, and that of
// the staged file in its folder, so that it holds for whoever calls DEST by
// another name.
func away(p storage.Pending, name string) storage.Pending {
	p.Name = name
	if p.Staged != "" {
		p.Staged = filepath.Base(p.Staged)
	}
	return p
}

// here returns p, which was away, for this destination: whatever a file says that
// somebody may have changed, it is a file of that run.
func (d *destination) here(p storage.Pending, fingerprint string) storage.Pending {
	p.Name = d.name(p.Name)
	if p.Staged != "" {
		p.Staged = filepath.Join(d.state("pending/"+fingerprint), filepath.Base(p.Staged))
	}
	return p
}

// validName reports whether a name from a record leads to a place below DEST.
func validName(name string) bool { return fs.ValidPath(name) && name != "." }

// leftovers returns what this run, or an earlier one like it, has written and
// not published, and the files that go with it, the marker last.
func (d *destination) leftovers(ctx context.Context) (*leftovers, error) {
	l := &leftovers{dest: d}
	for info, err := range d.List(ctx, d.pending()) {
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(info.Name, ".json") && info.Name != d.marker() {
			l.files = append(l.files, info.Name)
		}
		l.touched(info.Modified)
	}
	l.files = append(l.files, d.marker())
	for u, err := range d.Unpublished(ctx, d.folder, d.pending()) {
		if err != nil {
			return nil, err
		}
		if u.Name != "" { // an upload, which may be of a table below this one
			mine, err := d.made(ctx, strings.TrimPrefix(u.Name, d.name("")))
			if err != nil {
				return nil, err
			}
			if !mine {
				continue
			}
		}
		l.pendings = append(l.pendings, u.Pending)
		l.touched(u.Modified)
	}
	return l, nil
}

// made reports whether a file of that name below DEST is one that the run makes.
func (d *destination) made(ctx context.Context, name string) (bool, error) {
	folder, base := path.Split(name)
	if !strings.HasPrefix(base, partPrefix(d.fingerprint)) {
		return false, nil
	}
	if name == d.rejects(strings.TrimSuffix(base, rejectsEnding)) {
		return true, nil
	}
	if d.partitionBy == nil {
		data, err := readAll(ctx, d.Store, d.marker(), maxRecordFile)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		var m marker
		if err := json.Unmarshal(data, &m); err != nil {
			return false, fmt.Errorf("parse %s: %w", d.marker(), err)
		}
		d.partitionBy = slices.Concat([]schema.Column{}, m.PartitionBy)
	}
	for _, column := range d.partitionBy {
		var value string
		value, folder, _ = strings.Cut(folder, "/")
		if !strings.HasPrefix(value, column.String()+"=") {
			return false, nil
		}
	}
	return folder == "", nil
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

// leftovers are what is pending of one fingerprint.
type leftovers struct {
	dest     *destination
	pendings []storage.Pending
	files    []string
	modified time.Time // when anything of it last changed
}

func (l *leftovers) touched(t time.Time) {
	if t.After(l.modified) {
		l.modified = t
	}
}

// drop deletes them.
func (l *leftovers) drop(ctx context.Context) error {
	if err := each(ctx, l.pendings, l.dest.Discard); err != nil {
		return err
	}
	// What finds the rest again goes last.
	last := len(l.files) - 1
	if err := each(ctx, l.files[:last], l.dest.Delete); err != nil {
		return err
	}
	return l.dest.Delete(ctx, l.files[last])
}

// sweep drops all that is pending of the run's fingerprint: after the commit, or
// where nobody is to go on with it. Where there was something it looks again:
// another run may sweep at the same time, and a listing of uploads misses some
// while others end.
func (d *destination) sweep(ctx context.Context) error {
	const most = 5
	for n := 1; ; n++ {
		l, err := d.leftovers(ctx)
		if err == nil && l.modified.IsZero() {
			return nil // there is nothing
		}
		if err == nil {
			err = l.drop(ctx)
		}
		if n == most || err == nil && len(l.pendings) == 0 {
			return err
		}
	}
}
