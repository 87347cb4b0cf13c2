package convert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
	"batchreport/schema/cause"
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
	Groupings []Grouping
	// Rejects are the first rows that could not be read.
	Rejects []ledger.RowError
	// FailedRows is a sample of the rows of those jobs that failed, as
	// OverviewOptions.FailedRows says, by their places in the reports.
	FailedRows []FailedRow
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

// Grouping is rows in groups of which all have the same values of some dimensions.
type Grouping struct {
	By []Dimension
	// Groups are the groups of the most rows, those with the most rows first.
	Groups []Group
	// Others counts the groups that there was no room for, at most, and OtherRows their
	// rows. Both are 0 while all groups are there, which they are up to 10,000.
	Others, OtherRows int64
}

// Group is a group of rows.
type Group struct {
	// Values are those of Grouping.By in its order; nil is null. One of more than 1 KiB
	// is cut, and ends in three dots.
	Values []*string
	// Rows is how many there are. Where Missed is not 0 there may be as many more, since
	// the group came when there was no room for all.
	Rows, Missed int64
	Sample       Sample
	// Cause is what the table of causes says of the group; nil where that is nothing, and
	// where By leaves out what it goes by.
	Cause *cause.Rule
}

// Value returns the value of a dimension that is a column; nil where that is null, or no
// dimension.
func (g *Grouping) Value(group *Group, c schema.Column) *string {
	i := slices.Index(g.By, Dimension{Column: c})
	if i < 0 {
		return nil
	}
	return group.Values[i]
}

// OverviewOptions say how reports are read for an overview, and how their rows are
// grouped.
type OverviewOptions struct {
	Reading
	// By are the ways to group the rows that failed, each by some dimensions; default
	// ByCause alone. One that has task_status among its dimensions groups the rows that
	// succeeded too.
	By [][]Dimension
	// FailedRows is of how many rows that failed there is a sample, up to MaxFailedRows;
	// default 0. It is spread over all of them, and the same one for the same report. It
	// has fewer rows where 4 MiB of text do not do for all.
	FailedRows int
}

// ByCause returns the dimensions that tell the causes of failures apart.
func ByCause() []Dimension {
	var by []Dimension
	for _, c := range []schema.Column{
		schema.ErrorCode, schema.HTTPStatusCode, schema.Service, schema.Operation, schema.ServiceErrorCode, schema.ServiceStatusCode,
		schema.DeniedAction, schema.ErrorType, schema.TimeoutSeconds, schema.ResultTemplate,
	} {
		by = append(by, Dimension{Column: c})
	}
	return by
}

// Validate reports everything that is wrong with the options, joined into one error.
func (o OverviewOptions) Validate() error {
	errs := []error{o.Reading.Validate()}
	if o.FailedRows < 0 || o.FailedRows > MaxFailedRows {
		errs = append(errs, fmt.Errorf("failed rows: %d, which must be from 0 to %d", o.FailedRows, MaxFailedRows))
	}
	for _, by := range o.By {
		if len(by) == 0 || len(by) > maxDimensions {
			errs = append(errs, fmt.Errorf("by: %d columns, which must be from 1 to %d", len(by), maxDimensions))
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
		o.By = [][]Dimension{ByCause()}
	}
	return newOverviewScan(store, o.options(-1), o.By, o.FailedRows).overview(ctx, sources)
}

// overviewScan is a scan that counts rows.
type overviewScan struct{ *scan }

// newOverviewScan returns a scan for groupings by these dimensions, and for so many of the
// rows that failed.
func newOverviewScan(store storage.Store, o Options, by [][]Dimension, rows int) *overviewScan {
	c := &counting{by: by, rows: rows}
	s := newScan(store, o, c.columns())
	s.counting = c
	s.failedOnly = !anyOf(by, schema.TaskStatus)
	s.rawKeys = !anyOf(by, schema.Key)
	return &overviewScan{s}
}

// newGrouper returns a last stage of the scan.
func (s *overviewScan) newGrouper() *grouper { return newGrouper(s.counting) }

// anyOf reports whether rows are grouped by a column, or a part of it.
func anyOf(by [][]Dimension, c schema.Column) bool {
	return slices.ContainsFunc(by, func(by []Dimension) bool {
		return slices.ContainsFunc(by, func(d Dimension) bool { return d.Column == c })
	})
}

// overview reads the reports of sources.
func (s *overviewScan) overview(ctx context.Context, sources []string) (*Overview, error) {
	begin := time.Now()
	v := &Overview{ErrorCodes: ledger.CodeCounts{Rows: map[string]int64{}}}
	err := v.read(ctx, s, sources)
	v.Elapsed = time.Since(begin)
	return v, err
}

func (v *Overview) read(ctx context.Context, s *overviewScan, sources []string) error {
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
			j.Err = v.readJob(ctx, s, &j, all)
		} else {
			j.Job.Name = found.Name
		}
		errs = append(errs, j.Err)
		v.Jobs = append(v.Jobs, j)
	}
	v.Rejects, v.FailedRows = all.rejects, all.sample.finish()
	for _, g := range all.groupings {
		v.Groupings = append(v.Groupings, g.finish())
	}
	return errors.Join(errs...)
}

// readJob reads a job, and adds what it counts to the overview and to all.
func (v *Overview) readJob(ctx context.Context, s *overviewScan, j *JobOverview, all *grouper) error {
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

// finish returns what was counted, with the causes.
func (g *grouping) finish() Grouping {
	others := g.counts.Others()
	done := Grouping{By: g.by, Groups: []Group{}, Others: others.Groups, OtherRows: others.Rows}
	for _, e := range g.counts.Largest() {
		group := Group{Values: e.Value.values, Rows: e.Rows, Missed: e.Missed, Sample: e.Value.sample}
		group.Cause = done.explain(&group)
		done.Groups = append(done.Groups, group)
	}
	return done
}

// explain returns the rule that explains a group; nil where none does, or where it is not
// known what the rules go by.
func (g *Grouping) explain(group *Group) *cause.Rule {
	for _, d := range ByCause() {
		if !slices.Contains(g.By, d) {
			return nil
		}
	}
	if status := g.Value(group, schema.TaskStatus); status != nil && *status != "failed" {
		return nil
	}
	return cause.Find(g.Failure(group))
}

// Failure returns what the rules of causes go by.
func (g *Grouping) Failure(group *Group) cause.Failure {
	return failureOf(func(c schema.Column) string {
		if v := g.Value(group, c); v != nil {
			return *v
		}
		return ""
	})
}
