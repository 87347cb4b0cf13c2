package main

import (
	"strconv"

	"batchreport/convert"
	"batchreport/convert/groups"
	"batchreport/convert/ledger"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// overviewResult is the result of summary.
type overviewResult struct {
	header
	Rules          int             `json:"cause_rules"`
	By             []string        `json:"by"`
	Totals         overviewTotals  `json:"totals"`
	Jobs           []overviewJob   `json:"jobs"`
	Groups         []overviewGroup `json:"groups"`
	OtherGroups    int64           `json:"other_groups"`
	OtherRows      int64           `json:"other_rows"`
	Rejects        []rejectSample  `json:"rejects"`
	FailOn         []verdict       `json:"fail_on,omitempty"`
	ElapsedSeconds float64         `json:"elapsed_seconds"`
	problems

	overview *convert.Overview
	byCause  bool
	top      int // 0 for the default
	view     view
}

// overviewTotals are sums over a job or over all that could be read.
type overviewTotals struct {
	Files         int64 `json:"files"`
	BytesIn       int64 `json:"bytes_in"`
	Rows          int64 `json:"rows"`
	Succeeded     int64 `json:"succeeded"`
	Failed        int64 `json:"failed"`
	Rejected      int64 `json:"rejected"`
	Contradicting int64 `json:"contradicting"`
	Recovered     int64 `json:"recovered"`
}

func newOverviewTotals(t ledger.Totals) overviewTotals {
	return overviewTotals{t.Files, t.BytesIn, t.RowsIn, t.Succeeded, t.Failed, t.Rejected, t.Contradicting, t.Recovered}
}

// overviewJob is a job that was read, or why it was not.
type overviewJob struct {
	Job      string         `json:"job"`
	Totals   overviewTotals `json:"totals"`
	Verified verifiedFiles  `json:"verified"`
	Error    string         `json:"error,omitempty"`
	Hint     string         `json:"hint,omitempty"`
}

// verifiedFiles counts result files by how they were verified.
type verifiedFiles struct {
	MD5  int64 `json:"md5"`
	ETag int64 `json:"etag"`
	None int64 `json:"none"`
}

// add counts the files of a job.
func (v *verifiedFiles) add(inputs []ledger.Input) {
	for _, in := range inputs {
		switch in.Verified {
		case ledger.VerifiedMD5:
			v.MD5++
		case ledger.VerifiedETag:
			v.ETag++
		default:
			v.None++
		}
	}
}

// overviewGroup is rows that failed for one cause, or have the same values of --by.
type overviewGroup struct {
	Rows              int64              `json:"rows"`
	RowsAtMost        int64              `json:"rows_at_most,omitempty"`
	By                map[string]*string `json:"by,omitempty"`
	TaskStatus        *string            `json:"task_status"`
	ErrorCode         *string            `json:"error_code"`
	HTTPStatusCode    *int64             `json:"http_status_code"`
	Service           *string            `json:"service"`
	Operation         *string            `json:"operation"`
	ServiceErrorCode  *string            `json:"service_error_code"`
	ServiceStatusCode *int64             `json:"service_status_code"`
	DeniedAction      *string            `json:"denied_action"`
	ErrorType         *string            `json:"error_type"`
	TimeoutSeconds    *float64           `json:"timeout_seconds"`
	Template          *string            `json:"template"`
	Cause             *string            `json:"cause"`
	CauseText         *string            `json:"cause_text"`
	Remedy            *string            `json:"remedy"`
	Retryable         *bool              `json:"retryable"`
	SampleBucket      *string            `json:"sample_bucket"`
	SampleKey         *string            `json:"sample_key"`
	SampleVersionID   *string            `json:"sample_version_id"`
	SampleRequestID   *string            `json:"sample_request_id"`
	SampleFile        string             `json:"sample_file"`
	SampleRow         int64              `json:"sample_row"`
}

// rejectSample is a row that could not be read.
type rejectSample struct {
	File       string `json:"file"`
	Row        int64  `json:"row"`
	ByteOffset int64  `json:"byte_offset"`
	Reason     string `json:"reason"`
}

// withMembers returns the result with the members that --json prints.
func (r overviewResult) withMembers(a *app) overviewResult {
	v := r.overview
	r.Rules, r.By, r.Totals, r.ElapsedSeconds = cause.Version(), []string{}, newOverviewTotals(v.Totals), v.Elapsed.Seconds()
	r.Jobs, r.Groups, r.Rejects = []overviewJob{}, []overviewGroup{}, []rejectSample{}
	for i := range v.Jobs {
		j := &v.Jobs[i]
		job := overviewJob{Job: j.Job.Name, Totals: newOverviewTotals(j.Totals)}
		job.Verified.add(j.Inputs)
		if j.Err != nil {
			job.Error, job.Hint = a.redact(j.Err.Error()), a.redact(hint(j.Err))
		}
		r.Jobs = append(r.Jobs, job)
	}
	g := &v.Groupings[0]
	for _, d := range g.By {
		r.By = append(r.By, d.String())
	}
	shown := len(g.Groups)
	switch {
	case r.top > 0:
		shown = min(shown, r.top)
	case !a.asJSON:
		shown = min(shown, usualTop)
	}
	for i := range g.Groups[:shown] {
		r.Groups = append(r.Groups, newOverviewGroup(g, &g.Groups[i], r.byCause))
	}
	r.OtherGroups, r.OtherRows = g.Others+int64(len(g.Groups)-shown), g.OtherRows
	for _, group := range g.Groups[shown:] {
		r.OtherRows += group.Rows
	}
	for _, e := range v.Rejects {
		r.Rejects = append(r.Rejects, rejectSample{e.Object, e.Row, e.Offset, e.Reason})
	}
	return r
}

func newOverviewGroup(in *groups.Grouping, group *groups.Group, byCause bool) overviewGroup {
	text := func(c schema.Column) *string { return in.Value(group, c) }
	sample := &group.Sample
	g := overviewGroup{
		Rows: group.Rows, TaskStatus: text(schema.TaskStatus),
		ErrorCode: text(schema.ErrorCode), HTTPStatusCode: number(text(schema.HTTPStatusCode)),
		Service: text(schema.Service), Operation: text(schema.Operation),
		ServiceErrorCode: text(schema.ServiceErrorCode), ServiceStatusCode: number(text(schema.ServiceStatusCode)),
		DeniedAction: text(schema.DeniedAction), ErrorType: text(schema.ErrorType), Template: text(schema.ResultTemplate),
		SampleBucket: sample.Bucket, SampleKey: sample.Key, SampleVersionID: sample.VersionID, SampleRequestID: sample.RequestID,
		SampleFile: sample.File, SampleRow: sample.Row,
	}
	if group.Missed > 0 {
		g.RowsAtMost = group.Rows + group.Missed
	}
	if seconds := text(schema.TimeoutSeconds); seconds != nil {
		if n, err := strconv.ParseFloat(*seconds, 64); err == nil {
			g.TimeoutSeconds = &n
		}
	}
	if g.TaskStatus == nil { // only rows that failed were grouped
		failed := "failed"
		g.TaskStatus = &failed
	}
	if !byCause {
		g.By = map[string]*string{}
		for i, d := range in.By {
			g.By[d.String()] = group.Values[i]
		}
	}
	if rule := group.Cause; rule != nil {
		why, remedy := rule.Text(in.Failure(group))
		g.Cause, g.CauseText, g.Remedy, g.Retryable = &rule.Name, &why, &remedy, &rule.Retryable
	}
	return g
}

// number returns the number that a text is; nil for none.
func number(text *string) *int64 {
	if text == nil {
		return nil
	}
	n, err := strconv.ParseInt(*text, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
