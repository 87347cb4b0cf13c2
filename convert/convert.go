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
	var work []*jobWork
	var bytes int64
	for _, j := range jobs {
		w := c.plan(ctx, j)
		work = append(work, w)
		if w.summary.Outcome != "" {
			continue
		}
		for _, f := range w.plan.Job.Files {
			if f.Size < 0 {
				bytes = math.MinInt64 / 2 // so that no sum is known
			}
			bytes += f.Size
		}
	}
	c.options.OnPlan(max(bytes, -1))

	var errs []error
	for _, w := range work {
		if w.summary.Outcome == "" {
			if ctx.Err() != nil {
				errs = append(errs, context.Cause(ctx))
				break
			}
			c.run(ctx, w)
		}
		switch w.summary.Outcome {
		case Failed:
			errs = append(errs, w.summary.Err)
		case Committed:
			summary.Totals.Add(w.summary.Totals)
		}
		summary.Jobs = append(summary.Jobs, w.summary)
	}
	return errors.Join(errs...)
}

// jobWork is a job on its way. Its summary has an outcome once it is over.
type jobWork struct {
	plan    Plan
	dest    *destination
	old     *Record // the record of an older run; nil if there is none
	summary JobSummary
}

func (w *jobWork) end(outcome Outcome, r *Record) {
	w.summary.Outcome, w.summary.Totals, w.summary.Rejects = outcome, r.Totals, r.Rejects
}

func (w *jobWork) fail(err error) {
	w.summary.Outcome, w.summary.Err = Failed, err
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

// plan plans a job, unless it cannot be read or is done already.
func (c *converter) plan(ctx context.Context, j found) *jobWork {
	w := &jobWork{dest: &destination{Store: c.store, folder: c.dest}}
	if j.err != nil {
		w.summary.Job = j.name
		w.fail(j.err)
		return w
	}
	w.summary.Job = j.job.Name
	w.plan = newPlan(j.job, c.options)
	if c.dest == Stdio {
		return w
	}
	w.dest.staging = storage.Join(c.dest, stateFolder+"/"+j.job.Name+"/pending")
	old, err := ReadRecord(ctx, c.store, c.dest, j.job.Name)
	switch {
	case err != nil:
		w.fail(err)
	case old != nil && old.Fingerprint == w.plan.Fingerprint && !c.options.Force:
		// A run that ended early may have left the deleting to us.
		if err := finish(ctx, w.dest, old); err != nil {
			w.fail(err)
			break
		}
		w.end(Unchanged, old)
	default:
		w.old = old
	}
	return w
}

// run runs the tasks of a job and commits what they wrote.
func (c *converter) run(ctx context.Context, w *jobWork) {
	results, err := c.tasks(ctx, w.dest, &w.plan)
	if err != nil {
		w.fail(err)
		return
	}
	record, err := newRecord(&w.plan, results)
	if err == nil && c.dest != Stdio {
		err = commit(ctx, w.dest, record, results, w.old)
	}
	if err != nil {
		for _, r := range results {
			w.dest.discard(ctx, r.pendings())
		}
		w.fail(err)
		return
	}
	w.end(Committed, record)
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
