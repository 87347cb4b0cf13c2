package convert

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/storage"
)

// Stdio is the name of standard input as a source and of standard output as a destination.
const Stdio = "-"

// Convert converts the reports of sources to a table in dest. A source is the
// name of a manifest.json, of a job folder, of a folder of job folders, of
// result files (which may be a pattern), or Stdio. The summary is never nil. The
// error joins those of the jobs that failed; the others are committed.
func Convert(ctx context.Context, store storage.Store, sources []string, dest string, o Options) (*Summary, error) {
	begin := time.Now()
	c := &converter{store: store, dest: dest, options: o.withDefaults(), mem: newRecycler()}
	summary := &Summary{}
	err := c.convert(ctx, sources, summary)
	summary.Elapsed = time.Since(begin)
	return summary, err
}

// RowError is a record that could not be read.
type RowError struct {
	Object string // the result file
	Row    int64  // record number in it, from 1
	Offset int64  // of the record's first byte in it, from 0
	Length int64  // of the record in bytes, with its line end
	Reason string
}

// Error names object, row and byte offset.
func (e *RowError) Error() string {
	return fmt.Sprintf("%s: row %d at byte %d: %s", e.Object, e.Row, e.Offset, e.Reason)
}

// converter converts jobs one after the other.
type converter struct {
	store   storage.Store
	dest    string
	options Options
	mem     memory.Allocator
}

func (c *converter) convert(ctx context.Context, names []string, summary *Summary) error {
	if err := c.prepare(); err != nil {
		return err
	}
	s := &sources{store: c.store, hash: c.dest != Stdio, warn: c.options.Log.Warn}
	jobs, err := s.find(ctx, names)
	if err != nil {
		return err
	}
	var bytes int64
	for _, j := range jobs {
		for _, f := range j.job.Files {
			bytes += max(f.Size, 0)
		}
	}
	c.options.OnPlan(bytes)

	var errs []error
	for _, j := range jobs {
		js := JobSummary{Job: j.job.Name, Err: j.err}
		if j.err == nil {
			js.Err = c.job(ctx, j.job, &js)
		} else {
			js.Job = j.name
		}
		if js.Err != nil {
			js.Outcome = Failed
			errs = append(errs, js.Err)
		} else if js.Outcome == Committed {
			summary.Totals.Add(js.Totals)
		}
		summary.Jobs = append(summary.Jobs, js)
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// prepare checks the options. Standard output is one part without an end.
func (c *converter) prepare() error {
	if c.dest == Stdio {
		c.options.TargetFileSize = math.MaxInt64
		switch {
		case c.options.Format != NDJSON:
			return fmt.Errorf("write standard output: only %s can be written there", NDJSON)
		case len(c.options.PartitionBy) > 0:
			return errors.New("write standard output: it has no partitions")
		case c.options.MaxRejects != 0:
			return errors.New("write standard output: it has no place for rejected rows")
		}
	}
	return c.options.Validate()
}

// job plans a job, runs its tasks and commits what they wrote.
func (c *converter) job(ctx context.Context, job Job, js *JobSummary) error {
	plan := newPlan(job, c.options)
	dest := &destination{Store: c.store, folder: c.dest}
	var old *Record
	if c.dest != Stdio {
		dest.staging = storage.Join(c.dest, stateFolder+"/"+job.Name+"/pending")
		var err error
		if old, err = ReadRecord(ctx, c.store, c.dest, job.Name); err != nil {
			return err
		}
		if old != nil && old.Fingerprint == plan.Fingerprint && !c.options.Force {
			js.Outcome, js.Totals, js.Rejects = Unchanged, old.Totals, old.Rejects
			return nil
		}
	}

	results, err := c.tasks(ctx, dest, &plan)
	if err != nil {
		return err
	}
	record, err := newRecord(&plan, results)
	if err == nil && c.dest != Stdio {
		err = commit(ctx, dest, record, results, old)
	}
	if err != nil {
		for _, r := range results {
			dest.discard(ctx, r.pendings())
		}
		return err
	}
	js.Outcome, js.Totals, js.Rejects = Committed, record.Totals, record.Rejects
	return nil
}

// tasks runs the tasks of a plan; after an error nothing is left of any.
func (c *converter) tasks(ctx context.Context, dest *destination, plan *Plan) ([]*TaskResult, error) {
	var results []*TaskResult
	for _, task := range plan.Tasks {
		r, err := runTask(ctx, c.mem, c.store, dest, plan, task)
		if err != nil {
			for _, r := range results {
				dest.discard(ctx, r.pendings())
			}
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}
