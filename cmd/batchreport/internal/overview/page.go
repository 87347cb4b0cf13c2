package overview

import (
	"fmt"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/page"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/groups"
	"batchreport/schema"
)

// PageRows is how many rows that failed are on the page: more than anyone reads, and few
// enough that a browser opens it at once.
const PageRows = 5000

// pageTop is how many groups are on the page unless --top says otherwise.
const pageTop = 25

// The groupings that a page needs beside the first, by their places among them.
const (
	byFolder = 1 + iota
	bySubfolder
	byMinute
	byHour
	byCauses // only with --by
)

// PageBy returns the groupings of a page, of which the first is by these dimensions, or by
// cause where there are none.
func PageBy(by []groups.Dimension) [][]groups.Dimension {
	bucket := groups.Dimension{Column: schema.Bucket}
	folders := func(depth int) []groups.Dimension {
		return []groups.Dimension{bucket, {Column: schema.Key, Depth: depth}}
	}
	times := func(unit string) []groups.Dimension {
		at, _ := groups.ParseDimension(schema.OccurredAt.String() + ":" + unit) // known by that name
		return []groups.Dimension{at, {Column: schema.ServiceErrorCode}, {Column: schema.ErrorCode}}
	}
	all := [][]groups.Dimension{groups.ByCause(), folders(1), folders(2), times("minute"), times("hour")}
	if len(by) > 0 {
		all[0] = by
		all = append(all, groups.ByCause())
	}
	return all
}

// Page returns the page of a result, which program made.
func (r *Result) Page(program string) *page.Page {
	v := r.overview
	verdict, _ := r.verdict()
	p := &page.Page{
		Program: program, Rules: r.Rules, Visible: terminal.Visible,
		Verdict: page.Verdict{Words: verdict, Succeeded: r.Totals.Succeeded, Failed: r.Totals.Failed, Rejected: r.Totals.Rejected, Notes: r.pageNotes()},
		Inputs:  r.pageInputs(), Steps: r.pageSteps(),
		Times:  pageTimes(&v.Groupings[byMinute], &v.Groupings[byHour], r.Totals.Failed),
		Places: pagePlaces(&v.Groupings[byFolder], &v.Groupings[bySubfolder], r.Totals.Failed),
	}
	p.Groups = r.pageGroups(r.causes(), true)
	if !r.options.ByCause {
		p.By, p.ByWords = r.pageGroups(&v.Groupings[0], false), strings.Join(r.By, ", ")
	}
	for i, j := range r.Jobs {
		job := page.Job{Name: j.Job, Rows: j.Totals.Rows, Failed: j.Totals.Failed, Error: j.Error}
		if at := v.Jobs[i].Job.ReportCreatedAt; at != nil {
			job.Created = at.UTC().Format("2006-01-02 15:04")
		}
		p.Jobs = append(p.Jobs, job)
	}
	for _, e := range r.Rejects {
		p.Rejects = append(p.Rejects, page.Reject{Place: fmt.Sprintf("%s, row %d at byte %d", e.File, e.Row, e.ByteOffset), Reason: e.Reason})
	}
	for i := range v.FailedRows {
		p.Rows = append(p.Rows, pageRow(&v.FailedRows[i]))
	}
	return p
}

// causes returns the grouping by cause, which has no groups where nothing was grouped so.
func (r *Result) causes() *groups.Grouping {
	switch all := r.overview.Groupings; {
	case r.options.ByCause:
		return &all[0]
	case len(all) > byCauses:
		return &all[byCauses]
	}
	return &groups.Grouping{}
}

// pageNotes are the sentences below the verdict.
func (r *Result) pageNotes() (notes []page.Note) {
	add := func(bad bool, words string) { notes = append(notes, page.Note{Words: words, Bad: bad}) }
	if n := r.lost(); n > 0 {
		add(true, fmt.Sprintf("%d of %s cannot be read, and counts nowhere.", n, human.Plural(int64(len(r.Jobs)), "job")))
	}
	for _, v := range r.FailOn {
		switch {
		case v.Passed && v.Known:
			add(true, "Threshold "+v.Rule+" is passed.")
		case v.Passed:
			add(true, "Threshold "+v.Rule+" is not known to be kept.")
		}
	}
	for _, words := range r.notes() {
		add(false, words)
	}
	return notes
}

// pageGroups returns groups as the page has them.
func (r *Result) pageGroups(g *groups.Grouping, byCause bool) page.Groups {
	shown := min(len(g.Groups), pageTop)
	if r.options.Top > 0 {
		shown = min(len(g.Groups), r.options.Top)
	}
	all := page.Groups{Others: g.Others + int64(len(g.Groups)-shown), Rows: g.OtherRows, Estimates: g.Others > 0}
	for i := range g.Groups {
		if i >= shown {
			all.Rows += g.Groups[i].Rows
			continue
		}
		group := newGroup(g, &g.Groups[i], byCause)
		one := page.Group{Rows: group.Rows, Estimate: group.RowsAtMost > 0, Share: human.Share(group.Rows, r.allOf(g, &group)), Title: group.title()}
		if !byCause {
			one.Title = r.valuesOf(&group)
			all.Shown = append(all.Shown, one)
			continue
		}
		one.Message, one.Sample, one.RequestID = deref(group.Template), sampleOf(&group), deref(group.SampleRequestID)
		if group.Cause != nil {
			one.Cause, one.Why, one.Remedy, one.Retryable = *group.Cause, *group.CauseText, *group.Remedy, *group.Retryable
		}
		all.Shown = append(all.Shown, one)
	}
	return all
}

// pageInputs are the result files.
func (r *Result) pageInputs() (inputs []page.Input) {
	how := map[string]string{"md5": "MD5", "etag": "ETag"}
	for i := range r.overview.Jobs {
		for _, in := range r.overview.Jobs[i].Inputs {
			one := page.Input{File: in.Key, Rows: in.Rows, Rejected: in.Rejected, Size: human.Bytes(in.Size), MD5: in.MD5, Verified: how[string(in.Verified)]}
			if one.Verified == "" {
				one.Verified = "nothing"
			}
			inputs = append(inputs, one)
		}
	}
	return inputs
}

// pageRow returns a row with the values of page.RowColumns.
func pageRow(r *groups.FailedRow) page.Row {
	why := ""
	if r.Cause != nil {
		why = r.Cause.Name
	}
	return page.Row{
		deref(r.Bucket), deref(r.Key), deref(r.VersionID), deref(r.ErrorCode), deref(r.HTTPStatusCode), deref(r.ServiceErrorCode),
		why, deref(r.Text), deref(r.RequestID), deref(r.OccurredAt),
	}
}
