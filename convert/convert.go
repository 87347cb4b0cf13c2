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
	"batchreport/convert/internal/objects"
	"batchreport/convert/internal/reportfile"
	"batchreport/convert/internal/source"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Convert converts the reports of sources to a table in dest. It is [MakePlan],
// [RunTask] for every task, and [Commit], but for what MakePlan refuses.
//
// A source is a path or an S3 address: of a manifest.json, of a job's folder, of a
// folder with job folders at any depth, of a result file, or a pattern of result files
// or manifests, in which * does not match a slash. All result files that are named
// without a manifest are one job. A source that is [storage.Stdio] is one result file
// on standard input. In a folder of job folders, a job that has no manifest yet is
// skipped with a warning.
//
// The destination dest is a folder or an S3 address, which need not exist. Or it is
// [storage.Stdio], standard output, for a table in NDJSON without partitions that
// allows no rejects; then rows appear as they are written, and there is no commit.
//
// The summary is never nil. The error joins those of the jobs that failed, each of which
// has published nothing unless its error says so; the others are committed. Where a
// source leads nowhere, or the options are not valid, no job is begun. Where ctx ends,
// what finished tasks have written is kept for the next run.
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
	plan    *plan.Plan
	dest    *ledger.Destination
	options Options
	others  otherJobs
	// warned and noted say that it was told that dest has jobs of several layouts, and
	// of several versions of the columns.
	warned, noted bool
	members       *objects.Order // of the unit that is made; nil where each job is one
	mem           memory.Allocator
	newMD5        func() hash.Hash
}

func newConverter(store storage.Store, dest string, o Options) *converter {
	o = o.withDefaults()
	if dest == storage.Stdio {
		o.TargetFileSize = math.MaxInt64 // standard output is one part
	}
	return newPlanned(store, plan.New(dest, o.Version, o.Spec), o)
}

// newPlanned returns a converter for the jobs of a plan. The options have their
// defaults.
func newPlanned(store storage.Store, p *plan.Plan, o Options) *converter {
	dest := &ledger.Destination{Store: store, Folder: p.Dest, Program: createdBy + p.Program, Log: o.Log, Delta: o.Delta, Unlocked: o.Unlocked}
	c := &converter{
		store: store, plan: p, dest: dest, options: o, mem: batch.NewRecycler(), newMD5: md5.New,
		others: otherJobs{dest: dest, ours: map[string]bool{}, warned: map[string]bool{}},
	}
	for i := range p.Jobs {
		c.others.ours[p.Jobs[i].Job.Name] = true
	}
	return c
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
		for _, f := range w.files() {
			if f.Size < 0 {
				bytes = math.MinInt64 / 2 // so that the sum stays negative, which means unknown
			}
			bytes += f.Size
		}
	}
	var errs []error
	if err := c.admit(ctx, work); err != nil {
		for _, w := range work {
			if w.summary.Outcome == "" {
				w.fail(err) // one error for all of them
			} else {
				errs = append(errs, w.summary.Err)
			}
			summary.add(w.summary)
		}
		return errors.Join(append(errs, err)...)
	}
	c.options.OnPlan(max(bytes, -1))

	for _, w := range work {
		if w.summary.Outcome == "" && ctx.Err() != nil {
			continue // it has not begun
		}
		if w.summary.Outcome == "" {
			c.run(ctx, w)
		}
		errs = append(errs, w.summary.Err)
		summary.add(w.summary)
	}
	if ctx.Err() != nil && len(summary.Jobs) < len(work) {
		errs = append(errs, context.Cause(ctx))
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
		case c.options.Delta:
			return errors.New("write standard output: it has no log")
		}
	}
	if err := c.options.Validate(); err != nil || c.plan.Dest == storage.Stdio {
		return err
	}
	if err := checkDest(ctx, c.store, c.plan.Dest); err != nil {
		return err
	}
	return c.checkLog(ctx)
}

// checkLog checks that what is to be made can be in the Delta log of the table, if it
// has one.
func (c *converter) checkLog(ctx context.Context) error {
	return c.dest.CheckLog(ctx, c.options.Spec, recordColumns(&c.options))
}

// find finds the jobs of the sources, for a plan or to be converted at once.
func (c *converter) find(ctx context.Context, names []string, planned bool) ([]source.Found, error) {
	s := &source.Finder{Store: c.store, Hash: c.plan.Dest != storage.Stdio, Planned: planned, Warn: c.options.Log.Warn}
	jobs, err := s.Find(ctx, names)
	for _, j := range jobs {
		if j.Err == nil {
			t := totalsOf(j.Job.Files)
			c.options.Log.Debug("found a job", "job", j.Job.Name, "source", j.Name, "files", t.Files, "bytes", t.BytesIn)
		}
	}
	return jobs, err
}

// job begins the work on a job that was found.
func (c *converter) job(ctx context.Context, j source.Found) *jobWork {
	if j.Err != nil {
		w := &jobWork{summary: JobSummary{Job: j.Name}}
		w.fail(j.Err)
		return w
	}
	w := c.work(c.plan.ForJob(j.Job))
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
		w.intend(w.files())
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
			w.summary.Kept, w.summary.Begun = w.run.Abandon(ctx)
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

// SpillError says that rows to be sorted could not be written to, or read from, a
// temporary file in Run.TempDir. More room there helps, or smaller tasks.
type SpillError = extsort.SpillError

// ErrReport is the error of a report that is not as S3 writes reports: damaged, changed, or
// something else. It is the same however often the report is read.
var ErrReport = reportfile.ErrReport
