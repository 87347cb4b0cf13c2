package reporttest

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"batchreport/schema"
)

// Chains are several jobs, one after the other, that work on the same objects: what
// failed in one is tried again in a later one, most often, and some jobs are cancelled
// before they have come to all objects. All of it follows from the fields.
type Chains struct {
	Seed    uint64
	Objects int
	Jobs    int
}

// Chain is an object, and what the jobs did to it.
type Chain struct {
	Bucket, Key string // decoded
	Version     string // empty is none
	Attempts    []Attempt
}

// Attempt is a row of a report.
type Attempt struct {
	Job    int
	Failed bool
	Raw    string // the key as the report has it
	Row    []string
}

// Name is what tells the object from all others.
func (o *Chain) Name() string { return o.Bucket + "\n" + o.Key + "\n" + o.Version }

// JobID returns the id of a job.
func (c Chains) JobID(job int) string {
	return fmt.Sprintf("0a1b2c3d-0000-4000-8000-%012x", job+1)
}

// Created returns the ReportCreationDate of a job.
func (c Chains) Created(job int) time.Time {
	return time.Date(2024, 1, 1+job, 0, 0, 0, int(c.Seed%1e9), time.UTC)
}

// odd are ends of keys that encoders do not agree on, or that CSV has to quote.
var odd = []string{"", "", "", " b", "+b", "%2B", `,"q"`, "\r\nline", "é", "日本", "%", "a&b=c"}

// Object returns the object of that number. Two objects with one key after the other have
// the same key, and another version.
func (c Chains) Object(i int) Chain {
	r := rand.New(rand.NewPCG(c.Seed, uint64(i)))
	of := rand.New(rand.NewPCG(c.Seed, uint64(i/2)^1<<63))
	o := Chain{Bucket: []string{"photos", "logs.example.com"}[of.IntN(2)]}
	o.Key = fmt.Sprintf("year=%d/part-%09d%s", 2015+of.IntN(10), i/2, odd[of.IntN(len(odd))])
	if i%2 == 1 {
		o.Version = []string{"null", fmt.Sprintf("v%031d", i)}[of.IntN(2)]
	}
	if r.IntN(20) == 0 {
		return o // all jobs were cancelled before they came to it
	}
	failed := true
	for job := range c.Jobs {
		chance := 0.92 // in the first job; the others try again, or by mistake
		if job > 0 {
			chance = 0.05
			if failed {
				chance = 0.6
			}
		}
		if r.Float64() >= chance {
			continue
		}
		rows := 1
		if r.IntN(50) == 0 {
			rows = 2
		}
		failed = false
		for range rows {
			a := o.attempt(r, job)
			failed = failed || a.Failed
			o.Attempts = append(o.Attempts, a)
		}
	}
	return o
}

// attempt makes a row.
func (o *Chain) attempt(r *rand.Rand, job int) Attempt {
	a := Attempt{Job: job, Failed: r.IntN(3) > 0, Raw: o.encoded(r)}
	version := o.Version
	if version == "" && r.IntN(2) == 0 {
		version = `\N`
	}
	status, code, number, message := StatusSucceeded, "", "200", "Successful"
	if a.Failed {
		status = StatusFailed
		switch r.IntN(4) {
		case 0:
			code, number, message = "AccessDenied", "403", "Access Denied"
		case 1:
			code, number, message = "SlowDown", "503", "Please reduce your request rate."
		case 2:
			at := time.Date(2024, 1, 1+job, r.IntN(24), r.IntN(60), 0, 0, time.UTC)
			code, message = "PermanentFailure", fmt.Sprintf(`Lambda returned function error: {"errorMessage":"%s 0a1b2c3d-0000-4000-8000-00000000000f Task timed out after 3.00 seconds"}`, at.Format("2006-01-02T15:04:05.000Z"))
		default:
			code, number, message = "NoSuchKey", "404", "The specified key does not exist."
		}
	}
	a.Row = []string{o.Bucket, a.Raw, version, status, number, code, message}
	return a
}

// encoded returns the key as one of several encoders writes it.
func (o *Chain) encoded(r *rand.Rand) string {
	form := strings.ReplaceAll(url.QueryEscape(o.Key), "%2F", "/")
	switch r.IntN(8) {
	case 0:
		return strings.ReplaceAll(form, "+", "%20")
	case 1:
		return strings.ReplaceAll(form, "%3D", "%3d")
	case 2: // only what has to be
		return strings.NewReplacer("%", "%25", "+", "%2B", " ", "+").Replace(o.Key)
	default:
		return form
	}
}

// Files lays out the reports of all jobs as S3 does, by name.
func (c Chains) Files(t testing.TB, prefix string) map[string]string {
	t.Helper()
	data := make([][2]strings.Builder, c.Jobs)
	for i := range c.Objects {
		o := c.Object(i)
		for _, a := range o.Attempts {
			status := 0
			if a.Failed {
				status = 1
			}
			data[a.Job][status].WriteString(CsvLine(a.Row...))
		}
	}
	files := map[string]string{}
	for job := range data {
		folder := prefix + "job-" + c.JobID(job) + "/"
		m := schema.Manifest{
			Format: schema.ManifestFormat, ReportCreationDate: c.Created(job).Format(time.RFC3339Nano),
			ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage", Results: []schema.Result{},
		}
		for i, status := range []string{StatusSucceeded, StatusFailed} {
			name, rows := fmt.Sprintf("%sresults/%040x.csv", folder, i), data[job][i].String()
			files[name] = rows
			m.Results = append(m.Results, schema.Result{TaskExecutionStatus: status, Bucket: "reports", MD5Checksum: MD5([]byte(rows)), Key: name})
		}
		PutManifest(t, files, folder, m)
	}
	return files
}

// InputManifest returns the manifest of the first job: all objects.
func (c Chains) InputManifest() string {
	var b strings.Builder
	for i := range c.Objects {
		o := c.Object(i)
		b.WriteString(CsvLine(o.Bucket, strings.ReplaceAll(url.QueryEscape(o.Key), "%2F", "/"), o.Version))
	}
	return b.String()
}
