package objects

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchreport/convert/internal/source"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// Order is jobs in the order of time, as far as that is known.
type Order struct {
	// Jobs are the jobs, the earliest first.
	Jobs []source.Found

	bySources bool
}

// InOrder puts jobs in order: by their dates or, if it is told so, by the sources that they
// were found by and, within one source, by their dates.
func InOrder(jobs []source.Found, bySources bool) *Order {
	o := &Order{Jobs: slices.Clone(jobs), bySources: bySources}
	slices.SortStableFunc(o.Jobs, func(a, b source.Found) int {
		if c := o.compareSources(a, b); c != 0 {
			return c
		}
		return compareDates(a.Job.ReportCreatedAt, b.Job.ReportCreatedAt)
	})
	return o
}

func (o *Order) compareSources(a, b source.Found) int {
	if !o.bySources {
		return 0
	}
	return cmp.Compare(a.Source, b.Source)
}

// compareDates puts jobs without a date behind the others.
func compareDates(a, b *time.Time) int {
	switch {
	case a == nil || b == nil:
		return cmp.Compare(boolToInt(a == nil), boolToInt(b == nil))
	default:
		return a.Compare(*b)
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// isKnown reports whether it is known that the job numbered a comes before that numbered
// b. It is enough to ask for neighbours among the jobs that have an object: those whose
// order is not known stand together.
func (o *Order) isKnown(a, b int32) bool {
	x, y := o.Jobs[a], o.Jobs[b]
	if o.compareSources(x, y) != 0 {
		return true
	}
	dx, dy := x.Job.ReportCreatedAt, y.Job.ReportCreatedAt
	return dx != nil && dy != nil && !dx.Equal(*dy)
}

// FirstIsKnown reports whether it is known that the first job comes before all others.
func (o *Order) FirstIsKnown() bool {
	for i := range o.Jobs[1:] {
		if !o.isKnown(0, int32(i+1)) {
			return false
		}
	}
	return true
}

// err is the error of two jobs that share an object and of which nobody knows which is
// later.
func (o *Order) err(a, b int32, id []byte) error {
	x, y := o.Jobs[a].Job, o.Jobs[b].Job
	why := "they have the same ReportCreationDate"
	switch {
	case x.ReportCreatedAt == nil && y.ReportCreatedAt == nil:
		why = "they have no ReportCreationDate"
	case x.ReportCreatedAt == nil || y.ReportCreatedAt == nil:
		why = "one of them has no ReportCreationDate"
	}
	hint := "name each job as a SOURCE of its own, the earlier one first, and add --order sources"
	return &storage.Error{
		Op: "order", Name: "jobs " + Label(&x) + " and " + Label(&y),
		Err:  fmt.Errorf("both have %s, and which of them is later is not known: %s", shownObject(id), why),
		Hint: hint,
	}
}

// Label is what a table, or a message, calls a job: its id, or its name where it has none.
func Label(j *plan.Job) string {
	if j.ID != nil {
		return *j.ID
	}
	return j.Name
}

// shownObject returns how messages name an object.
func shownObject(id []byte) string {
	o := schema.SplitObject(id)
	text := storage.Shown(strings.ToValidUTF8("s3://"+string(o.Bucket)+"/"+string(o.Key), "\ufffd"))
	if o.Version != nil {
		text += " version " + storage.Shown(string(o.Version))
	}
	return text
}
