package overview

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/groups"
	"batchreport/schema"
)

// Lines returns what is printed, in lines of that width.
func (r *Result) Lines(width int, color bool) []string {
	v := &terminal.View{Width: width, Color: color}
	words, s := r.verdict()
	v.Paragraph("", s, words)
	for _, note := range r.notes() {
		v.Paragraph("", terminal.Plain, note)
	}
	r.jobLines(v)
	if len(r.Groups) > 0 {
		v.Line()
		for i := range r.Groups {
			if r.options.ByCause {
				r.cause(v, &r.Groups[i])
			} else {
				r.values(v, &r.Groups[i])
			}
		}
		if !r.options.ByCause {
			v.Line()
		}
		r.others(v)
	}
	r.rejected(v)
	r.next(v)
	return v.Text()
}

// verdict says in words what became of the rows, and in which style.
func (r *Result) verdict() (words string, s terminal.Style) {
	t := &r.Totals
	switch read := t.Succeeded + t.Failed; {
	case t.Rows == 0:
		return "There are no rows.", terminal.Plain
	case read == 0:
		return "None of " + human.Plural(t.Rows, "row") + " can be read.", terminal.Red
	case t.Rejected > 0:
		return r.parts(), terminal.Red
	case t.Failed == 0 && read == 1:
		return "The only row succeeded.", terminal.Green
	case t.Failed == 0:
		return "All " + human.Plural(read, "row") + " succeeded.", terminal.Green
	case t.Succeeded == 0 && read == 1:
		return "The only row failed.", terminal.Red
	case t.Succeeded == 0:
		return "All " + human.Plural(read, "row") + " failed.", terminal.Red
	}
	return r.parts(), terminal.Red
}

// notes are sentences about the rows beside the verdict.
func (r *Result) notes() []string {
	t := &r.Totals
	var notes []string
	if n := r.lost(); n > 0 {
		notes = append(notes, fmt.Sprintf("%d of %s could not be read: the numbers leave out what cannot be read.", n, human.Plural(int64(len(r.Jobs)), "job")))
	}
	notes = append(notes, r.verified()+" "+human.Plural(t.Rejected, "row")+" cannot be read.")
	if n := t.Contradicting; n > 0 {
		notes = append(notes, human.Plural(n, "row")+" with another TaskStatus than the manifest gives for the file.")
	}
	if n := r.retryable(); n > 0 {
		notes = append(notes, fmt.Sprintf("%s of those that failed (%s) may succeed when they are run again.", human.Comma(n), human.Share(n, t.Failed)))
	}
	return notes
}

// parts says how many rows succeeded and how many failed.
func (r *Result) parts() string {
	t := &r.Totals
	return fmt.Sprintf("%s of %s succeeded, %s failed (%s).", human.Comma(t.Succeeded), human.Plural(t.Rows, "row"), human.Comma(t.Failed), human.Share(t.Failed, t.Rows))
}

// verified says how the result files were verified.
func (r *Result) verified() string {
	var all verifiedFiles
	for i := range r.overview.Jobs {
		all.add(r.overview.Jobs[i].Inputs)
	}
	var how []string
	if all.MD5 > 0 {
		how = append(how, human.Plural(all.MD5, "file")+" verified by MD5")
	}
	if all.ETag > 0 {
		how = append(how, human.Plural(all.ETag, "file")+" verified by ETag")
	}
	if all.None > 0 {
		how = append(how, human.Plural(all.None, "file")+" not verified")
	}
	if len(how) == 0 {
		return "No files."
	}
	return strings.Join(how, ", ") + "."
}

// retryable returns how many rows can succeed when they are run again, of all groups by
// cause; 0 where they were not grouped so.
func (r *Result) retryable() (rows int64) {
	for _, g := range r.causes().Groups {
		if g.Cause != nil && g.Cause.Retryable {
			rows += g.Rows
		}
	}
	return rows
}

// head begins a group: how many rows it has, and a title.
func (r *Result) head(v *terminal.View, g *Group, s terminal.Style, title string) {
	rows := human.Comma(g.Rows)
	if g.RowsAtMost > 0 {
		rows = "at least " + rows
	}
	count := fmt.Sprintf("%*s  %6s  ", len(human.Comma(r.Groups[0].Rows)), rows, human.Share(g.Rows, r.allOf(&r.overview.Groupings[0], g)))
	v.Behind(terminal.Bold, count, s, title)
}

// allOf returns how many rows there are of which those of a group are a share: all where
// the rows that succeeded are in groups too.
func (r *Result) allOf(in *groups.Grouping, g *Group) int64 {
	if *g.TaskStatus != "failed" || slices.Contains(in.By, groups.Dimension{Column: schema.TaskStatus}) {
		return r.Totals.Rows
	}
	return r.Totals.Failed
}

// label adds a line of a group.
func label(v *terminal.View, name string, s terminal.Style, text string) {
	if text != "" {
		v.Behind(terminal.Faint, fmt.Sprintf("  %-8s ", name), s, text)
	}
}

// cause shows a group of one cause.
func (r *Result) cause(v *terminal.View, g *Group) {
	r.head(v, g, terminal.Bold, g.title())
	label(v, "message", terminal.Plain, deref(g.Template))
	if g.CauseText == nil {
		label(v, "cause", terminal.Faint, "no rule explains it")
	} else {
		label(v, "cause", terminal.Plain, *g.Cause+": "+*g.CauseText)
		label(v, "remedy", terminal.Plain, *g.Remedy)
	}
	if sample := sampleOf(g); sample != "" {
		v.Exact("  sample   ", terminal.Faint, sample)
	}
	if g.SampleRequestID != nil {
		v.Exact("  request  ", terminal.Faint, *g.SampleRequestID)
	}
	v.Line()
}

// sampleOf returns the address of an object of a group; empty where it has none.
func sampleOf(g *Group) string {
	if g.SampleKey == nil {
		return ""
	}
	sample := "s3://" + deref(g.SampleBucket) + "/" + *g.SampleKey
	if g.SampleVersionID != nil {
		sample += ", version " + *g.SampleVersionID
	}
	return sample
}

// title says in a few words what a group has in common.
func (g *Group) title() string {
	parts := []string{deref(g.ErrorCode)}
	if g.ErrorCode == nil {
		parts[0] = "no error code"
	}
	service := strings.TrimSpace(deref(g.Service) + " " + deref(g.Operation))
	code := deref(g.ServiceErrorCode)
	if code == deref(g.ErrorCode) {
		code = ""
	}
	switch {
	case g.ServiceStatusCode != nil:
		code = strings.TrimSpace(fmt.Sprint(*g.ServiceStatusCode) + " " + code)
	case g.HTTPStatusCode != nil && *g.HTTPStatusCode != 200 && code == "":
		code = fmt.Sprint(*g.HTTPStatusCode)
	}
	timeout := ""
	if g.TimeoutSeconds != nil {
		timeout = fmt.Sprintf("time-out of %g s", *g.TimeoutSeconds)
	}
	for _, part := range []string{service, code, deref(g.DeniedAction), deref(g.ErrorType), timeout} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// values shows a group by the values of --by.
func (r *Result) values(v *terminal.View, g *Group) {
	r.head(v, g, terminal.Plain, r.valuesOf(g))
}

// valuesOf returns the values of --by that a group has.
func (r *Result) valuesOf(g *Group) string {
	var parts []string
	for _, name := range r.By {
		value := "null"
		if s := g.By[name]; s != nil {
			value = *s
			if value == "" {
				value = `""`
			}
		}
		if len(r.By) > 1 {
			value = name + "=" + value
		}
		parts = append(parts, value)
	}
	return strings.Join(parts, ", ")
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// others says what is not shown.
func (r *Result) others(v *terminal.View) {
	if r.OtherGroups == 0 {
		return
	}
	most := ""
	if r.overview.Groupings[0].Others > 0 {
		most = "at most "
	}
	v.Paragraph("", terminal.Plain, fmt.Sprintf("And %s%s, %s; --top NUMBER shows more.", most, human.Plural(r.OtherGroups, "other group"), human.Plural(r.OtherRows, "row")))
	v.Line()
}

// rejected shows rows that cannot be read.
func (r *Result) rejected(v *terminal.View) {
	if len(r.Rejects) == 0 {
		return
	}
	if len(r.Groups) == 0 {
		v.Line()
	}
	first := ":"
	if n := int64(len(r.Rejects)); n < r.Totals.Rejected {
		first = fmt.Sprintf(", the first %d of them:", n)
	}
	v.Paragraph("", terminal.Bold, human.Plural(r.Totals.Rejected, "row")+" cannot be read"+first)
	for _, e := range r.Rejects {
		v.Paragraph("  ", terminal.Plain, fmt.Sprintf("%s: row %d at byte %d: %s", terminal.Whole(e.File), e.Row, e.ByteOffset, e.Reason))
	}
	v.Line()
}
