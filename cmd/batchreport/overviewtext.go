package main

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/groups"
	"batchreport/schema"
)

// lines implements result.
func (r overviewResult) lines() []string {
	v := &r.view
	words, s := r.verdict()
	v.paragraph("", s, words)
	for _, note := range r.notes() {
		v.paragraph("", plain, note)
	}
	r.jobLines(v)
	if len(r.Groups) > 0 {
		v.line()
		for i := range r.Groups {
			if r.byCause {
				r.cause(v, &r.Groups[i])
			} else {
				r.values(v, &r.Groups[i])
			}
		}
		if !r.byCause {
			v.line()
		}
		r.others(v)
	}
	r.rejected(v)
	r.next(v)
	return v.text()
}

// verdict says in words what became of the rows, and in which style.
func (r *overviewResult) verdict() (words string, s style) {
	t := &r.Totals
	switch read := t.Succeeded + t.Failed; {
	case t.Rows == 0:
		return "There are no rows.", plain
	case read == 0:
		return "None of " + plural(t.Rows, "row") + " can be read.", red
	case t.Rejected > 0:
		return r.parts(), red
	case t.Failed == 0 && read == 1:
		return "The only row succeeded.", green
	case t.Failed == 0:
		return "All " + plural(read, "row") + " succeeded.", green
	case t.Succeeded == 0 && read == 1:
		return "The only row failed.", red
	case t.Succeeded == 0:
		return "All " + plural(read, "row") + " failed.", red
	}
	return r.parts(), red
}

// notes are sentences about the rows beside the verdict.
func (r *overviewResult) notes() []string {
	t := &r.Totals
	var notes []string
	if n := r.lost(); n > 0 {
		notes = append(notes, fmt.Sprintf("%d of %s could not be read: the numbers leave out what cannot be read.", n, plural(int64(len(r.Jobs)), "job")))
	}
	notes = append(notes, r.verified()+" "+plural(t.Rejected, "row")+" cannot be read.")
	if n := t.Contradicting; n > 0 {
		notes = append(notes, plural(n, "row")+" with another TaskStatus than the manifest gives for the file.")
	}
	if n := r.retryable(); n > 0 {
		notes = append(notes, fmt.Sprintf("%s of those that failed (%s) may succeed when they are run again.", comma(n), share(n, t.Failed)))
	}
	return notes
}

// parts says how many rows succeeded and how many failed.
func (r *overviewResult) parts() string {
	t := &r.Totals
	return fmt.Sprintf("%s of %s succeeded, %s failed (%s).", comma(t.Succeeded), plural(t.Rows, "row"), comma(t.Failed), share(t.Failed, t.Rows))
}

// verified says how the result files were verified.
func (r *overviewResult) verified() string {
	var all verifiedFiles
	for i := range r.overview.Jobs {
		all.add(r.overview.Jobs[i].Inputs)
	}
	var how []string
	if all.MD5 > 0 {
		how = append(how, plural(all.MD5, "file")+" verified by MD5")
	}
	if all.ETag > 0 {
		how = append(how, plural(all.ETag, "file")+" verified by ETag")
	}
	if all.None > 0 {
		how = append(how, plural(all.None, "file")+" not verified")
	}
	if len(how) == 0 {
		return "No files."
	}
	return strings.Join(how, ", ") + "."
}

// retryable returns how many rows can succeed when they are run again, of all groups by
// cause; 0 where they were not grouped so.
func (r *overviewResult) retryable() (rows int64) {
	for _, g := range r.causes().Groups {
		if g.Cause != nil && g.Cause.Retryable {
			rows += g.Rows
		}
	}
	return rows
}

// head begins a group: how many rows it has, and a title.
func (r *overviewResult) head(v *view, g *overviewGroup, s style, title string) {
	rows := comma(g.Rows)
	if g.RowsAtMost > 0 {
		rows = "at least " + rows
	}
	count := fmt.Sprintf("%*s  %6s  ", len(comma(r.Groups[0].Rows)), rows, share(g.Rows, r.allOf(&r.overview.Groupings[0], g)))
	v.lines = append(v.lines, v.broken(count, bold, strings.Repeat(" ", columnsOf(count)), s, title)...)
}

// allOf returns how many rows there are of which those of a group are a share: all where
// the rows that succeeded are in groups too.
func (r *overviewResult) allOf(in *groups.Grouping, g *overviewGroup) int64 {
	if *g.TaskStatus != "failed" || slices.Contains(in.By, groups.Dimension{Column: schema.TaskStatus}) {
		return r.Totals.Rows
	}
	return r.Totals.Failed
}

// label adds a line of a group.
func (v *view) label(name string, s style, text string) {
	if text != "" {
		prefix := fmt.Sprintf("  %-8s ", name)
		v.lines = append(v.lines, v.broken(prefix, faint, strings.Repeat(" ", columnsOf(prefix)), s, text)...)
	}
}

// cause shows a group of one cause.
func (r *overviewResult) cause(v *view, g *overviewGroup) {
	r.head(v, g, bold, g.title())
	v.label("message", plain, deref(g.Template))
	if g.CauseText == nil {
		v.label("cause", faint, "no rule explains it")
	} else {
		v.label("cause", plain, *g.Cause+": "+*g.CauseText)
		v.label("remedy", plain, *g.Remedy)
	}
	if sample := sampleOf(g); sample != "" {
		v.exact("  sample   ", faint, sample)
	}
	if g.SampleRequestID != nil {
		v.exact("  request  ", faint, *g.SampleRequestID)
	}
	v.line()
}

// sampleOf returns the address of an object of a group; empty where it has none.
func sampleOf(g *overviewGroup) string {
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
func (g *overviewGroup) title() string {
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
func (r *overviewResult) values(v *view, g *overviewGroup) { r.head(v, g, plain, r.valuesOf(g)) }

// valuesOf returns the values of --by that a group has.
func (r *overviewResult) valuesOf(g *overviewGroup) string {
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
func (r *overviewResult) others(v *view) {
	if r.OtherGroups == 0 {
		return
	}
	most := ""
	if r.overview.Groupings[0].Others > 0 {
		most = "at most "
	}
	v.paragraph("", plain, fmt.Sprintf("And %s%s, %s; --top NUMBER shows more.", most, plural(r.OtherGroups, "other group"), plural(r.OtherRows, "row")))
	v.line()
}

// rejected shows rows that cannot be read.
func (r *overviewResult) rejected(v *view) {
	if len(r.Rejects) == 0 {
		return
	}
	if len(r.Groups) == 0 {
		v.line()
	}
	first := ":"
	if n := int64(len(r.Rejects)); n < r.Totals.Rejected {
		first = fmt.Sprintf(", the first %d of them:", n)
	}
	v.paragraph("", bold, plural(r.Totals.Rejected, "row")+" cannot be read"+first)
	for _, e := range r.Rejects {
		v.paragraph("  ", plain, fmt.Sprintf("%s: row %d at byte %d: %s", whole(e.File), e.Row, e.ByteOffset, e.Reason))
	}
	v.line()
}
