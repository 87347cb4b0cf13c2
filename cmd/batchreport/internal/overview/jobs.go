package overview

import (
	"fmt"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/terminal"
)

// maxJobs is how many jobs are shown one by one.
const maxJobs = 20

// jobLines shows the jobs where there are several.
func (r *Result) jobLines(v *terminal.View) {
	if len(r.Jobs) < 2 {
		return
	}
	v.Line()
	for _, j := range r.Jobs[:min(len(r.Jobs), maxJobs)] {
		switch {
		case j.Error != "":
			v.Paragraph("  ", terminal.Red, "job "+j.Job+": cannot be read")
		default:
			v.Paragraph("  ", terminal.Plain, "job "+j.Job+": "+j.Totals.words())
		}
	}
	if more := len(r.Jobs) - maxJobs; more > 0 {
		v.Paragraph("  ", terminal.Plain, fmt.Sprintf("and %d other jobs", more))
	}
}

// words says what became of the rows of a job.
func (t *Totals) words() string {
	words := human.Plural(t.Rows, "row") + ", none failed"
	if t.Failed > 0 {
		words = fmt.Sprintf("%s, %s failed (%s)", human.Plural(t.Rows, "row"), human.Comma(t.Failed), human.Share(t.Failed, t.Rows))
	}
	if t.Rejected > 0 {
		words += ", " + human.Comma(t.Rejected) + " cannot be read"
	}
	return words
}

// lost returns how many jobs could not be read.
func (r *Result) lost() (n int) {
	for _, j := range r.Jobs {
		if j.Error != "" {
			n++
		}
	}
	return n
}
