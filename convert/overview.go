package convert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"batchreport/convert/groups"
	"batchreport/convert/internal/count"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// Overview says what became of the rows of reports.
type Overview struct {
	// Jobs are the jobs in the order in which they were found. Those that were not
	// begun, because the context had ended, are not among them.
	Jobs []JobOverview
	// Totals are the sums over the jobs that could be read. They have no parts.
	Totals ledger.Totals
	// ErrorCodes counts the rows of those jobs by error_code.
	ErrorCodes ledger.CodeCounts
	// Groupings are the rows of those jobs that failed in groups, in one way after
	// another as OverviewOptions.By says.
	Groupings []groups.Grouping
	// Rejects are the first rows that could not be read.
	Rejects []ledger.RowError
	// FailedRows is a sample of the rows of those jobs that failed, as
	// OverviewOptions.FailedRows says, by their places in the reports.
	FailedRows []groups.FailedRow
	// Elapsed is the time from the call to its end.
	Elapsed time.Duration
}

// JobOverview is what was read of a job.
type JobOverview struct {
	// Job is the report. Of one that could not be found it has no more than a name, that
	// of its manifest or source.
	Job plan.Job
	// Totals are its sums, and Inputs its result files; none where it could not be read.
	Totals ledger.Totals
	Inputs []ledger.Input
	// Err is why it could not be read; then none of its rows is counted anywhere.
	Err error
}

// OverviewOptions say how reports are read for an overview, and how their rows are
// grouped.
type OverviewOptions struct {
	Reading
	// By are the ways to group the rows that failed, each by some dimensions; default
	// [groups.ByCause] alone. One that has task_status among its dimensions groups the rows
	// that succeeded too.
	By [][]groups.Dimension
	// FailedRows is of how many rows that failed there is a sample, up to
	// [groups.MaxFailedRows]; default 0. It is spread over all of them, and the same one for
	// the same report. It has fewer rows where 4 MiB of text do not do for all.
	FailedRows int
}

// Validate reports everything that is wrong with the options, joined into one error.
func (o OverviewOptions) Validate() error {
	errs := []error{o.Reading.Validate()}
	if o.FailedRows < 0 || o.FailedRows > groups.MaxFailedRows {
		errs = append(errs, fmt.Errorf("failed rows: %d, which must be from 0 to %d", o.FailedRows, groups.MaxFailedRows))
	}
	for _, by := range o.By {
		if len(by) == 0 || len(by) > groups.MaxDimensions {
			errs = append(errs, fmt.Errorf("by: %d columns, which must be from 1 to %d", len(by), groups.MaxDimensions))
		}
		for i, d := range by {
			if slices.Contains(by[:i], d) {
				errs = append(errs, fmt.Errorf("by: %s is named twice", d))
			}
		}
	}
	return errors.Join(errs...)
}

// MakeOverview reads the reports of sources, which are named as for [Convert], and counts
// what is in them. Rows that cannot be read are counted, and are no error. It writes
// nothing.
//
// The overview is never nil. The error joins those of the jobs that could not be read, of
// which nothing counts. What it holds is bounded, as that of a task of Convert is, and
// beside it by some 20 MiB for each way of grouping, and for the sample of rows.
func MakeOverview(ctx context.Context, store storage.Store, sources []string, o OverviewOptions) (*Overview, error) {
	if err := o.Validate(); err != nil {
		return &Overview{}, err
	}
	if len(o.By) == 0 {
		o.By = [][]groups.Dimension{groups.ByCause()}
	}
	return newOverviewScan(store, o.options(-1), o.By, o.FailedRows).overview(ctx, sources)
}

// overviewScan is a scan that counts rows.
type overviewScan struct{ *scan }

// newOverviewScan returns a scan for groupings by these dimensions, and for so many of the
// rows that failed.
func newOverviewScan(store storage.Store, o Options, by [][]groups.Dimension, rows int) *overviewScan {
	c := &count.Options{By: by, Rows: rows}
	s := newScan(store, o, c.Columns())
	s.counting = c
	s.failedOnly = !c.GroupsBy(schema.TaskStatus)
	s.rawKeys = !c.GroupsBy(schema.Key)
	return &overviewScan{s}
}

// newGrouper returns a last stage of the scan.
func (s *overviewScan) newGrouper() *grouper { return &grouper{counts: count.New(s.counting)} }

// overview reads the reports of sources.
func (s *overviewScan) overview(ctx context.Context, sources []string) (*Overview, error) {
	begin := time.Now()
	v := &Overview{ErrorCodes: ledger.CodeCounts{Rows: map[string]int64{}}}
	err := s.read(ctx, v, sources)
	v.Elapsed = time.Since(begin)
	return v, err
}

// read is overview without its time.
func (s *overviewScan) read(ctx context.Context, v *Overview, sources []string) error {
	all := s.newGrouper()
	jobs, err := s.find(ctx, sources, false)
	if err != nil {
		return err
	}
	var errs []error
	for _, found := range jobs {
		if ctx.Err() != nil {
			errs = append(errs, context.Cause(ctx))
			break
		}
		j := JobOverview{Job: found.Job, Err: found.Err}
		if j.Err == nil {
			j.Err = s.readJob(ctx, v, &j, all)
		} else {
			j.Job.Name = found.Name
		}
		errs = append(errs, j.Err)
		v.Jobs = append(v.Jobs, j)
	}
	v.Rejects, v.FailedRows, v.Groupings = all.rejects, all.counts.FailedRows(), all.counts.Groupings()
	return errors.Join(errs...)
}

// readJob reads a job, and adds what it counts to the overview and to all.
func (s *overviewScan) readJob(ctx context.Context, v *Overview, j *JobOverview, all *grouper) error {
	counted := s.newGrouper()
	codes := ledger.CodeCounts{Rows: map[string]int64{}}
	err := s.job(ctx, &j.Job, func() lastStage { return s.newGrouper() }, func(last lastStage, read *taskRead) {
		counted.merge(last.(*grouper))
		codes.Add(read.codes)
		j.Totals.Add(read.totals)
		j.Inputs = append(j.Inputs, read.inputs...)
	})
	if err != nil {
		j.Totals, j.Inputs = ledger.Totals{}, nil
		return err
	}
	all.merge(counted)
	v.ErrorCodes.Add(codes)
	v.Totals.Add(j.Totals)
	return nil
}
