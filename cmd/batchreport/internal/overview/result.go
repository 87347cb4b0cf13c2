// Package overview says what a [convert.Overview] has found: in lines for a terminal, in the
// members of a JSON object, and as a page for a browser. It reads nothing, and prints nothing.
package overview

import (
	"strconv"

	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/groups"
	"batchreport/convert/ledger"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// usualTop is how many groups are shown unless --top says otherwise: about what fits a
// screen or two.
const usualTop = 10

// Options say what of an overview is shown, and how.
type Options struct {
	Top     int      // how many groups are shown; 0 for the default
	All     bool     // whether the default is all that were counted
	ByCause bool     // whether the groups are those of causes
	Sources []string // as they were named
	FailOn  []threshold.Verdict
	// Explain returns what is said of the error of a job, and what can be done about it.
	Explain func(error) (message, hint string)
}

// Result is what an overview says, with the members that --json prints.
type Result struct {
	Rules          int                 `json:"cause_rules"`
	By             []string            `json:"by"`
	Totals         Totals              `json:"totals"`
	Jobs           []Job               `json:"jobs"`
	Groups         []Group             `json:"groups"`
	OtherGroups    int64               `json:"other_groups"`
	OtherRows      int64               `json:"other_rows"`
	Rejects        []RejectSample      `json:"rejects"`
	FailOn         []threshold.Verdict `json:"fail_on,omitempty"`
	ElapsedSeconds float64             `json:"elapsed_seconds"`

	overview *convert.Overview
	options  Options
}

// New returns what an overview says.
func New(v *convert.Overview, o Options) Result {
	r := Result{
		Rules: cause.Version(), By: []string{}, Totals: NewTotals(v.Totals), Jobs: []Job{}, Groups: []Group{},
		Rejects: NewRejects(v.Rejects), FailOn: o.FailOn, ElapsedSeconds: v.Elapsed.Seconds(), overview: v, options: o,
	}
	for i := range v.Jobs {
		j := &v.Jobs[i]
		job := Job{Job: j.Job.Name, Totals: NewTotals(j.Totals)}
		job.Verified.add(j.Inputs)
		if j.Err != nil {
			job.Error, job.Hint = o.Explain(j.Err)
		}
		r.Jobs = append(r.Jobs, job)
	}
	g := &v.Groupings[0]
	for _, d := range g.By {
		r.By = append(r.By, d.String())
	}
	shown := len(g.Groups)
	switch {
	case o.Top > 0:
		shown = min(shown, o.Top)
	case !o.All:
		shown = min(shown, usualTop)
	}
	for i := range g.Groups[:shown] {
		r.Groups = append(r.Groups, newGroup(g, &g.Groups[i], o.ByCause))
	}
	r.OtherGroups, r.OtherRows = g.Others+int64(len(g.Groups)-shown), g.OtherRows
	for _, group := range g.Groups[shown:] {
		r.OtherRows += group.Rows
	}
	return r
}

// Totals are sums over a job or over all that could be read.
type Totals struct {
	Files         int64 `json:"files"`
	BytesIn       int64 `json:"bytes_in"`
	Rows          int64 `json:"rows"`
	Succeeded     int64 `json:"succeeded"`
	Failed        int64 `json:"failed"`
	Rejected      int64 `json:"rejected"`
	Contradicting int64 `json:"contradicting"`
	Recovered     int64 `json:"recovered"`
}

// NewTotals returns the sums as they are printed.
func NewTotals(t ledger.Totals) Totals {
	return Totals{t.Files, t.BytesIn, t.RowsIn, t.Succeeded, t.Failed, t.Rejected, t.Contradicting, t.Recovered}
}

// Job is a job that was read, or why it was not.
type Job struct {
	Job      string        `json:"job"`
	Totals   Totals        `json:"totals"`
	Verified verifiedFiles `json:"verified"`
	Error    string        `json:"error,omitempty"`
	Hint     string        `json:"hint,omitempty"`
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

// Group is rows that failed for one cause, or have the same values of --by.
type Group struct {
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

// RejectSample is a row that could not be read.
type RejectSample struct {
	File       string `json:"file"`
	Row        int64  `json:"row"`
	ByteOffset int64  `json:"byte_offset"`
	Reason     string `json:"reason"`
}

// NewRejects returns rows that could not be read as they are printed.
func NewRejects(rows []ledger.RowError) []RejectSample {
	samples := make([]RejectSample, len(rows))
	for i, e := range rows {
		samples[i] = RejectSample{File: e.Object, Row: e.Row, ByteOffset: e.Offset, Reason: e.Reason}
	}
	return samples
}

func newGroup(in *groups.Grouping, group *groups.Group, byCause bool) Group {
	text := func(c schema.Column) *string { return in.Value(group, c) }
	sample := &group.Sample
	g := Group{
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
