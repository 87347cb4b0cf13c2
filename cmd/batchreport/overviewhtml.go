package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"batchreport/cmd/batchreport/internal/page"
	"batchreport/convert/groups"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// htmlRows is how many rows that failed are on the page: more than anyone reads, and few
// enough that a browser opens it at once.
const htmlRows = 5000

// htmlTop is how many groups are on the page unless --top says otherwise.
const htmlTop = 25

// The groupings that a page needs beside the first, by their places among them.
const (
	byFolder = 1 + iota
	bySubfolder
	byMinute
	byHour
	byCauses // only with --by
)

// htmlBy returns the groupings of a page, of which the first is by these dimensions, or by
// cause where there are none.
func htmlBy(by []groups.Dimension) [][]groups.Dimension {
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

// checkHTML reports what is wrong with the flag --html.
func (c *overviewCommand) checkHTML() (err error) {
	if c.html == "" {
		return nil
	}
	if c.html, err = storage.ParseAddress("--html", c.html); err != nil {
		return err
	}
	switch base := path.Base(c.html); {
	case c.html == storage.Stdio && c.asJSON:
		return errors.New("html: standard output takes the JSON already")
	case strings.HasSuffix(c.html, "/") || base == "." || base == "..":
		return fmt.Errorf("html: %s is a folder: name the file, such as %s", storage.Shown(c.html), storage.Shown(storage.Join(c.html, "report.html")))
	case c.html != storage.Stdio && slices.Contains(c.sources, c.html):
		return fmt.Errorf("html: %s is a SOURCE", storage.Shown(c.html))
	case slices.ContainsFunc([]string{"manifest.json", ".md5", ".csv", ".csv.gz"}, func(end string) bool { return strings.HasSuffix(base, end) }):
		return fmt.Errorf("html: what is called %s is a part of a report: name another file, such as report.html", storage.Shown(base))
	}
	return nil
}

// refuseFolder reports, before anything is read, that --html names a folder.
func (c *overviewCommand) refuseFolder(ctx context.Context, store storage.Store) error {
	if c.html == "" || c.html == storage.Stdio || storage.IsS3(c.html) {
		return nil
	}
	if _, err := store.Stat(ctx, c.html); errors.Is(err, storage.ErrFolder) {
		return &storage.Error{Op: "write", Name: c.html, Err: storage.ErrFolder, Hint: "name the file, such as " + storage.Join(c.html, "report.html")}
	}
	return nil
}

// writeHTML writes the page of a result to where --html says.
func (c *overviewCommand) writeHTML(ctx context.Context, a *app, store storage.Store, r *overviewResult) error {
	data, err := r.page().Render()
	if err != nil {
		return err
	}
	if c.html == storage.Stdio {
		a.hasResult = true
		return a.print(string(data))
	}
	if !storage.IsS3(c.html) {
		defer tidying(folderOf(c.html))()
	}
	if err := store.Put(ctx, c.html, data); err != nil {
		return err
	}
	a.log.Info("wrote " + storage.Shown(c.html) + ", " + humanBytes(int64(len(data))))
	return nil
}

// page returns the page of a result.
func (r *overviewResult) page() *page.Page {
	v := r.overview
	verdict, _ := r.verdict()
	p := &page.Page{
		Program: "batchreport " + thisBuild().version, Rules: r.Rules, Visible: visible,
		Verdict: page.Verdict{Words: verdict, Succeeded: r.Totals.Succeeded, Failed: r.Totals.Failed, Rejected: r.Totals.Rejected, Notes: r.pageNotes()},
		Inputs:  r.pageInputs(), Steps: r.pageSteps(),
		Times:  pageTimes(&v.Groupings[byMinute], &v.Groupings[byHour], r.Totals.Failed),
		Places: pagePlaces(&v.Groupings[byFolder], &v.Groupings[bySubfolder], r.Totals.Failed),
	}
	p.Groups = r.pageGroups(r.causes(), true)
	if !r.byCause {
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
func (r *overviewResult) causes() *groups.Grouping {
	switch all := r.overview.Groupings; {
	case r.byCause:
		return &all[0]
	case len(all) > byCauses:
		return &all[byCauses]
	}
	return &groups.Grouping{}
}

// pageNotes are the sentences below the verdict.
func (r *overviewResult) pageNotes() (notes []page.Note) {
	add := func(bad bool, words string) { notes = append(notes, page.Note{Words: words, Bad: bad}) }
	unread := 0
	for _, j := range r.Jobs {
		if j.Error != "" {
			unread++
		}
	}
	if unread > 0 {
		add(true, fmt.Sprintf("%d of %s cannot be read, and counts nowhere.", unread, plural(int64(len(r.Jobs)), "job")))
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
func (r *overviewResult) pageGroups(g *groups.Grouping, byCause bool) page.Groups {
	shown := min(len(g.Groups), htmlTop)
	if r.top > 0 {
		shown = min(len(g.Groups), r.top)
	}
	all := page.Groups{Others: g.Others + int64(len(g.Groups)-shown), Rows: g.OtherRows, Estimates: g.Others > 0}
	for i := range g.Groups {
		if i >= shown {
			all.Rows += g.Groups[i].Rows
			continue
		}
		group := newOverviewGroup(g, &g.Groups[i], byCause)
		one := page.Group{Rows: group.Rows, Estimate: group.RowsAtMost > 0, Share: share(group.Rows, r.allOf(g, &group)), Title: group.title()}
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
func (r *overviewResult) pageInputs() (inputs []page.Input) {
	how := map[string]string{"md5": "MD5", "etag": "ETag"}
	for i := range r.overview.Jobs {
		for _, in := range r.overview.Jobs[i].Inputs {
			one := page.Input{File: in.Key, Rows: in.Rows, Rejected: in.Rejected, Size: humanBytes(in.Size), MD5: in.MD5, Verified: how[string(in.Verified)]}
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
