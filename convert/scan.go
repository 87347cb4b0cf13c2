package convert

import (
	"context"
	"crypto/md5"
	"log/slog"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/source"
	"batchreport/convert/internal/stage"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Reading says how reports are read that do not become a table. The zero value of a field
// means its default, which is that of table.Spec and of Run.
type Reading struct {
	// VerifyInput is how result files are verified.
	VerifyInput table.VerifyInput
	// KeyEncoding is how keys are encoded in the reports.
	KeyEncoding schema.KeyEncoding
	// MaxRecordBytes is the length above which a record cannot be read.
	MaxRecordBytes int
	// Workers is how many normalizers run at once.
	Workers int
	// OnPlan and OnRead are told of progress as those of Run are.
	OnPlan func(bytes int64)
	OnRead func(bytes int)
	// Log takes warnings; default none.
	Log *slog.Logger
}

// options returns the options of a conversion that reads reports in this way. Of what
// cannot be read maxRejects rows a job are allowed, any number if it is negative.
func (r Reading) options(maxRejects int64) Options {
	return Options{
		Spec: table.Spec{VerifyInput: r.VerifyInput, KeyEncoding: r.KeyEncoding, MaxRecordBytes: r.MaxRecordBytes, MaxRejects: maxRejects},
		Run:  Run{Change: Change{Log: r.Log}, Workers: r.Workers, OnPlan: r.OnPlan, OnRead: r.OnRead},
	}
}

// Validate reports everything that is wrong, joined into one error.
func (r Reading) Validate() error { return r.options(0).Validate() }

// scan reads reports for another last stage than the writer of a table. Nothing is
// written but by that, and nothing it does is kept: a scan begins anew each time.
//
// Jobs are read one after the other. Of a job with several tasks, one for each four
// workers runs at once, each with a last stage of its own.
type scan struct {
	pipeline
	options Options
}

// newScan returns a scan whose batches have these columns.
func newScan(store storage.Store, o Options, columns []schema.Column) *scan {
	s := &scan{options: o.withDefaults()}
	s.pipeline = pipeline{store: store, options: &s.options, columns: columns, mem: batch.NewRecycler(), newMD5: md5.New}
	return s
}

// find finds the jobs of the sources, and tells how much there is to read of them. Where
// result files have no manifest they are hashed if hash says so, for a name of their job
// by which it can be known again.
func (s *scan) find(ctx context.Context, names []string, hash bool) ([]source.Found, error) {
	sources := &source.Finder{Store: s.store, Hash: hash, Warn: s.options.Log.Warn}
	jobs, err := sources.Find(ctx, names)
	if err != nil {
		return nil, err
	}
	var bytes int64
	for _, j := range jobs {
		for _, f := range j.Job.Files {
			if f.Size < 0 || bytes < 0 {
				bytes = -1
			} else {
				bytes += f.Size
			}
		}
	}
	s.options.OnPlan(bytes)
	return jobs, nil
}

// taskRun is a task of a scan.
type taskRun struct {
	task plan.Task
	last lastStage
	read *taskRead // once it has ended
}

// Release implements stage.Releaser: what last has taken is its own.
func (*taskRun) Release() {}

// job runs the tasks of a job, each with a last stage that newLast makes, and hands them
// to done in their order, one at a time. Where it returns an error, what it has handed
// over does not count.
func (s *scan) job(ctx context.Context, job *plan.Job, newLast func() lastStage, done func(lastStage, *taskRead)) error {
	tasks := plan.TasksOf(job.Files, s.options.TaskSize)
	atOnce := tasksAtOnce(s.options.Workers, len(tasks))
	workers := (s.options.Workers + atOnce - 1) / atOnce
	in := make(chan *taskRun, len(tasks))
	for _, t := range tasks {
		in <- &taskRun{task: t}
	}
	close(in)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	run := func(t *taskRun) (_ *taskRun, err error) {
		t.last = newLast()
		files := job.Files[t.task.First : t.task.First+t.task.Files]
		if t.read, err = s.run(ctx, job, files, workers, t.last); err != nil {
			cancel(err) // the tasks beside it need not go on
		}
		return t, err
	}
	return stage.InOrder(ctx, atOnce, atOnce-1, in, func() func(*taskRun) (*taskRun, error) { return run },
		func(_ context.Context, t *taskRun) error {
			done(t.last, t.read)
			return nil
		})
}
