package convert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// checkLayout reports that the jobs of the plan would be of another layout than
// others that are in the destination, so that they would be no table together. It is
// asked before the work and again before each commit: what is committed meanwhile
// by runs of other jobs, in the moment after, is not prevented.
func (c *converter) checkLayout(ctx context.Context) error {
	if c.options.MixedLayout || c.options.Kind == table.Outcome { // which replaces all there is
		return nil
	}
	records, err := c.others.read(ctx)
	if err != nil {
		return err
	}
	c.noteVersions(records)
	return c.compareLayouts(records)
}

// noteVersions says once that other jobs have columns of another version.
func (c *converter) noteVersions(records []*ledger.Record) {
	another := slices.IndexFunc(records, func(r *ledger.Record) bool {
		return len(r.Outputs) > 0 && r.SchemaVersion != schema.Version
	})
	if another < 0 || c.noted {
		return
	}
	c.noted = true
	r := records[another]
	c.options.Log.Info("jobs there have columns of another version; ddl describes all of them, and says which job has which",
		"folder", c.plan.Dest, "job", r.Job, "columns of version", r.SchemaVersion, "this run's", schema.Version)
}

// admit reports why the jobs that are still to be converted must not be. Nothing of
// them has been read or written then.
func (c *converter) admit(ctx context.Context, work []*jobWork) error {
	todo := false
	for _, w := range work {
		todo = todo || w.summary.Outcome == ""
		if w.summary.Outcome != Failed {
			c.others.ours[w.summary.Job] = true
		}
	}
	if !todo || c.plan.Dest == storage.Stdio {
		return nil
	}
	return c.checkLayout(ctx)
}

// compareLayouts is checkLayout, by the records of the other jobs. Those of jobs
// without rows have no files, and so no layout that a reader could see.
func (c *converter) compareLayouts(records []*ledger.Record) error {
	ours := c.options.Layout()
	var another []string
	var theirs table.Layout
	same := false
	for _, r := range records {
		switch l := r.Options.Layout(); {
		case len(r.Outputs) == 0:
		case l.Equal(ours):
			same = true
		default:
			if another == nil {
				theirs = l
			}
			another = append(another, r.Job)
		}
	}
	switch {
	case len(another) == 0:
		return nil
	case same:
		if !c.warned {
			c.warned = true
			c.options.Log.Warn("jobs of another layout are there too, so that ddl has to be told by --like JOB which is meant", "folder", c.plan.Dest, "job", another[0])
		}
		return nil
	}
	more := ""
	if n := len(another) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return &storage.Error{
		Op: "write", Name: c.plan.Dest,
		Err:  fmt.Errorf("the table there has another layout: %s in job %s%s; this run has %s", theirs, another[0], more, ours),
		Hint: "give the flags of the table that is there, or another DEST; --mixed-layout writes there all the same",
	}
}

// otherJobs are the jobs in a destination that a run does not convert. They are
// listed at every reading, but only those are read that are new or have changed.
type otherJobs struct {
	dest *ledger.Destination
	ours map[string]bool // what is not to be read
	seen map[string]otherJob
}

// otherJob is a record with what the listing said of its object.
type otherJob struct {
	info   storage.Info
	record *ledger.Record // nil where it cannot be parsed, or is not there
}

// othersAtOnce is how many records are read at once: one takes as long as the
// store's answer.
const othersAtOnce = 16

// read returns their records, in byte order of their names; of a job whose commit
// has begun, that which is being committed. A record that is damaged is warned of: it
// is that of another job, which this run has nothing to do with.
func (o *otherJobs) read(ctx context.Context) ([]*ledger.Record, error) {
	now := map[string]otherJob{}
	var names, missing []string
	for info, err := range o.dest.Store.List(ctx, storage.Join(o.dest.Folder, ledger.StateFolder)) {
		if err != nil {
			return nil, err
		}
		job, _, _ := strings.Cut(strings.TrimPrefix(info.Name, storage.Join(o.dest.Folder, ledger.StateFolder)+"/"), "/")
		if info.Name != ledger.RegisterName(o.dest.Folder, job) || o.ours[job] {
			continue
		}
		names = append(names, info.Name)
		before, ok := o.seen[info.Name]
		if !ok || before.info.ETag != info.ETag || before.info.Size != info.Size || !before.info.Modified.Equal(info.Modified) {
			missing = append(missing, info.Name)
		}
		now[info.Name] = otherJob{info, before.record}
	}
	var mu sync.Mutex // for now
	err := stage.Each(ctx, othersAtOnce, missing, func(ctx context.Context, name string) error {
		record, err := o.readOne(ctx, name)
		mu.Lock()
		defer mu.Unlock()
		now[name] = otherJob{now[name].info, record}
		return err
	})
	if err != nil {
		return nil, err
	}
	o.seen = now
	var records []*ledger.Record
	for _, name := range names {
		if r := now[name].record; r != nil {
			records = append(records, r)
		}
	}
	return records, nil
}

func (o *otherJobs) readOne(ctx context.Context, name string) (*ledger.Record, error) {
	data, _, err := o.dest.Store.Get(ctx, name, ledger.MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // deleted since it was listed
	}
	if err != nil {
		return nil, err
	}
	register, err := ledger.ParseRegister(name, data)
	if err != nil {
		o.dest.Log.Warn("another job is not compared with this run: "+strings.TrimSpace(err.Error()), "hint", "verify says what is wrong with it")
		return nil, nil
	}
	if register.Next != nil {
		return &register.Next.Record, nil
	}
	return &register.Record, nil
}
