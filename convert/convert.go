package convert

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"hash"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/extsort"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Convert converts the reports of sources to a table in dest. A source is the
// name of a manifest.json, of a job folder, of a folder of job folders, of
// result files (which may be a pattern), or storage.Stdio. The summary is never nil. The
// error joins those of the jobs that failed; the others are committed.
//
// It is MakePlan, RunTask for every task, and Commit.
func Convert(ctx context.Context, store storage.Store, sources []string, dest string, o Options) (*Summary, error) {
	begin := time.Now()
	c := newConverter(store, dest, o)
	summary := &Summary{}
	err := c.convert(ctx, sources, summary)
	summary.Elapsed = time.Since(begin)
	return summary, err
}

// converter does the jobs of a plan, one after the other.
type converter struct {
	store   storage.Store
	plan    *Plan
	dest    *ledger.Destination
	options Options
	mem     memory.Allocator
	newMD5  func() hash.Hash
}

func newConverter(store storage.Store, dest string, o Options) *converter {
	o = o.withDefaults()
	if dest == storage.Stdio {
		o.TargetFileSize = math.MaxInt64 // standard output is one part
	}
	return newPlanned(store, newPlan(dest, o), o)
}

// newPlanned returns a converter for the jobs of a plan. The options have their
// defaults.
func newPlanned(store storage.Store, p *Plan, o Options) *converter {
	return &converter{
		store: store, plan: p, options: o, mem: batch.NewRecycler(), newMD5: md5.New,
		dest: &ledger.Destination{Store: store, Folder: p.Dest, Program: createdBy + p.Program, Log: o.Log},
	}
}

func (c *converter) convert(ctx context.Context, names []string, summary *Summary) error {
	if err := c.check(ctx); err != nil {
		return err
	}
	jobs, err := c.find(ctx, names, false)
	if err != nil {
		return err
	}
	var work []*jobWork
	var bytes int64
	for _, j := range jobs {
		w := c.job(ctx, j)
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
		errs = append(errs, w.summary.Err)
		summary.add(w.summary)
	}
	return errors.Join(errs...)
}

// check checks the options and the destination.
func (c *converter) check(ctx context.Context) error {
	if c.plan.Dest == storage.Stdio {
		switch {
		case c.options.Format != table.NDJSON:
			return fmt.Errorf("write standard output: only %s can be written there", table.NDJSON)
		case len(c.options.PartitionBy) > 0:
			return errors.New("write standard output: it has no partitions")
		case c.options.MaxRejects != 0:
			return errors.New("write standard output: it has no place for rejected rows")
		}
	}
	if err := c.options.Validate(); err != nil || c.plan.Dest == storage.Stdio {
		return err
	}
	return checkDest(ctx, c.store, c.plan.Dest)
}

// find finds the jobs of the sources, for a plan or to be converted at once.
func (c *converter) find(ctx context.Context, names []string, planned bool) ([]found, error) {
	s := &sources{store: c.store, hash: c.plan.Dest != storage.Stdio, planned: planned, warn: c.options.Log.Warn}
	return s.find(ctx, names)
}

// job begins the work on a job that was found.
func (c *converter) job(ctx context.Context, j found) *jobWork {
	if j.err != nil {
		w := &jobWork{summary: JobSummary{Job: j.name}}
		w.fail(j.err)
		return w
	}
	w := c.work(c.plan.job(j.job))
	if c.plan.Dest != storage.Stdio {
		if err := w.begin(ctx); err != nil {
			w.fail(err)
		}
	}
	return w
}

// run runs the tasks of a job and commits what they wrote.
func (c *converter) run(ctx context.Context, w *jobWork) {
	switch {
	case c.options.DryRun:
		w.intend(w.plan.Job.Files)
		return
	case c.plan.Dest == storage.Stdio:
		c.stream(ctx, w)
		return
	}
	// Where what was written is gone before it is published, it is written again.
	for tries := 3; ; tries-- {
		err := w.runTasks(ctx)
		if err == nil {
			err = w.commit(ctx)
		}
		if lost := (*ledger.LostError)(nil); errors.As(err, &lost) && tries > 1 {
			c.options.Log.Warn("what was written is gone, so its task is run again", "object", lost.Name)
			continue
		}
		if err != nil && w.failed(ctx, err) && !errors.Is(err, storage.ErrUnknown) {
			w.run.Abandon(ctx)
		}
		return
	}
}

// stream runs the tasks of a job on standard output, where there is nothing to
// commit.
func (c *converter) stream(ctx context.Context, w *jobWork) {
	for _, task := range w.plan.Tasks {
		r, err := c.runTask(ctx, stdout{c.store}, w.plan, task, c.options.Workers)
		if err != nil {
			w.fail(err)
			return
		}
		w.results = append(w.results, r)
	}
	record, err := newRecord(w.plan, &c.options, w.results)
	if err != nil {
		w.fail(err)
		return
	}
	w.end(Committed, record)
}

// stdout is where a task writes that writes to standard output.
type stdout struct{ store storage.Store }

func (stdout) PartName() string { return storage.Stdio }

func (stdout) RejectsName() string { return storage.Stdio }

func (s stdout) Create(ctx context.Context, _ string) (storage.Output, error) {
	return s.store.Create(ctx, storage.Stdio, storage.Stdio)
}

func (stdout) Discard(context.Context, []storage.Pending) {} // what is written is written

// SpillError says that rows to be sorted could not be kept in Run.TempDir.
type SpillError = extsort.SpillError
