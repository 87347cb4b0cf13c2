package convert

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// checkLayout reports that the jobs of the plan would be of another layout than
// others that are in the destination, so that they would be no table together. It is
// asked before the work and, by a new listing, before each commit: what is committed meanwhile
// by runs of other jobs, in the moment after, is not prevented.
func (c *converter) checkLayout(ctx context.Context, again bool) error {
	if c.options.MixedLayout || c.options.Kind == table.Outcome { // which replaces all there is
		return nil
	}
	records, err := c.others.read(ctx, again)
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
	return c.checkLayout(ctx, false)
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

// otherJobs are the jobs in a destination that a run does not convert.
type otherJobs struct {
	dest   *ledger.Destination
	ours   map[string]bool // what is not to be read
	warned map[string]bool // of jobs that cannot be read
}

// read returns their records, in byte order of their names; of a job whose commit
// has begun, that which is being committed. A record that is damaged is warned of: it
// is that of another job, which this run has nothing to do with.
func (o *otherJobs) read(ctx context.Context, again bool) ([]*ledger.Record, error) {
	registers, err := o.dest.Registers(ctx, again, func(job string) bool { return !o.ours[job] })
	if err != nil {
		return nil, err
	}
	var records []*ledger.Record
	for _, r := range registers {
		switch {
		case r.Err != nil && !o.warned[r.Job]:
			o.warned[r.Job] = true
			o.dest.Log.Warn("another job is not compared with this run: "+strings.TrimSpace(r.Err.Error()), "hint", "verify says what is wrong with it")
		case r.Err != nil:
		case r.Register.Next != nil:
			records = append(records, &r.Register.Next.Record)
		default:
			records = append(records, &r.Register.Record)
		}
	}
	return records, nil
}
