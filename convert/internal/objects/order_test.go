package objects

import (
	"strings"
	"testing"
	"time"

	"batchreport/convert/internal/source"
	"batchreport/convert/plan"
)

// TestOrderJobs checks which jobs are known to be later than others.
func TestOrderJobs(t *testing.T) {
	t.Parallel()
	at := func(day int) *time.Time {
		d := time.Date(2024, 1, day, 0, 0, 0, 0, time.UTC)
		return &d
	}
	for _, tt := range []struct {
		name      string
		bySources bool
		jobs      []source.Found // named a, b, …
		want      string         // the jobs in order, with < where that is known and ? where it is not
		first     bool
	}{
		{"dates", false, []source.Found{{Job: plan.Job{ReportCreatedAt: at(2)}}, {Job: plan.Job{ReportCreatedAt: at(1)}}}, "b<a", true},
		{"one", false, []source.Found{{}}, "a", true},
		{"the same date", false, []source.Found{{Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}}, "a<b?c", true},
		{"the same first date", false, []source.Found{{Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}}, "a?b<c", false},
		{"no date", false, []source.Found{{}, {Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}}, "b<c?a", false},
		{"sources", true, []source.Found{{Source: 1}, {Source: 0, Job: plan.Job{ReportCreatedAt: at(3)}}, {Source: 2, Job: plan.Job{ReportCreatedAt: at(1)}}}, "b<a<c", true},
		{"in one source", true, []source.Found{{Source: 1}, {Source: 0, Job: plan.Job{ReportCreatedAt: at(3)}}, {Source: 0, Job: plan.Job{ReportCreatedAt: at(1)}}, {Source: 1}}, "c<b<a?d", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for i := range tt.jobs {
				tt.jobs[i].Job.Name = string(rune('a' + i))
			}
			o := InOrder(tt.jobs, tt.bySources)
			var got strings.Builder
			for i := range o.Jobs {
				if i > 0 {
					got.WriteString(map[bool]string{true: "<", false: "?"}[o.isKnown(int32(i-1), int32(i))])
				}
				got.WriteString(o.Jobs[i].Job.Name)
			}
			if got.String() != tt.want || o.FirstIsKnown() != tt.first {
				t.Errorf("got %s, first %t", got.String(), o.FirstIsKnown())
			}
		})
	}
}
