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
	"batchreport/schema"
)

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
	if !strings.HasPrefix(base, PartPrefix(d.fingerprint)) {
		return false, nil
	}
	if name == d.rejects(strings.TrimSuffix(base, rejectsEnding)) {
		return true, nil
	}
	if d.partitionBy == nil {
		data, _, err := d.Get(ctx, d.marker(), MaxRecordFile)
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
	if err := stage.Each(ctx, atOnce, l.pendings, l.dest.Discard); err != nil {
		return err
	}
	// What finds the rest again goes last.
	last := len(l.files) - 1
	if err := stage.Each(ctx, atOnce, l.files[:last], l.dest.Delete); err != nil {
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
