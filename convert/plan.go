package convert

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"batchreport/schema"
)

// planVersion is the version of the plan's form.
const planVersion = 1

// Job is a report to convert.
type Job struct {
	// Name is the job's uuid, or source-<hash> where there is none.
	Name string `json:"name"`
	// ID is the job's uuid; nil where there is none.
	ID *string `json:"job_id"`
	// ReportCreatedAt is the manifest's ReportCreationDate, in UTC; nil where there is none.
	ReportCreatedAt *time.Time `json:"report_created_at"`
	// Files are the result files, in the manifest's order.
	Files []File `json:"files"`
}

// File is a result file.
type File struct {
	Name   string `json:"name"`   // where it is read from
	Key    string `json:"key"`    // as in the manifest; the name where there is none
	Status string `json:"status"` // TaskExecutionStatus; empty without a manifest
	Size   int64  `json:"size"`   // in bytes; -1 if not known
	MD5    string `json:"md5"`    // lower-case hex; empty if not known
}

// Plan says what is to be done for a job. It is plain JSON, and a function of
// the job and of the options that change output.
type Plan struct {
	Version     int     `json:"batchreport_plan"`
	Job         Job     `json:"job"`
	Options     Options `json:"options"`
	Fingerprint string  `json:"fingerprint"`
	Tasks       []Task  `json:"tasks"`
}

// Task is a part of a job that is done by itself.
type Task struct {
	Index int    `json:"index"`
	Files []File `json:"files"`
}

// newPlan plans a job. The options have their defaults.
func newPlan(job Job, o Options) Plan {
	return Plan{
		Version:     planVersion,
		Job:         job,
		Options:     o,
		Fingerprint: fingerprint(job, o),
		Tasks:       tasks(job.Files, o.TaskSize),
	}
}

// tasks groups files in their order: a task is full when one more file would
// take it above size.
func tasks(files []File, size int64) []Task {
	var tasks []Task
	var bytes int64
	for _, f := range files {
		if len(tasks) == 0 || bytes > 0 && bytes+f.Size > size {
			tasks = append(tasks, Task{Index: len(tasks)})
			bytes = 0
		}
		t := &tasks[len(tasks)-1]
		t.Files = append(t.Files, f)
		bytes += f.Size
	}
	return tasks
}

// fingerprint hashes whatever decides about the bytes of the parts: where the
// files were read from does not.
func fingerprint(job Job, o Options) string {
	h := sha256.New()
	encoder := json.NewEncoder(h)
	write := func(v any) {
		_ = encoder.Encode(v) // plain values can be encoded, and a hash takes all
	}
	write(planVersion)
	write(schema.Version)
	write(o.Version)
	write(o)
	write(job.ID)
	write(job.ReportCreatedAt)
	for _, f := range job.Files {
		write([]any{f.Key, f.Status, f.MD5})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// sourceName names a job that has no id, by the names and sums of its files.
func sourceName(files []File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %s\n", len(f.Key), f.Key, f.MD5)
	}
	return "source-" + hex.EncodeToString(h.Sum(nil)[:8])
}

// metadata is what every part says about itself, beside the format's own.
func (p *Plan) metadata() []keyValue {
	pairs := []keyValue{
		{"batchreport.schema_version", fmt.Sprint(schema.Version)},
		{"batchreport.job", p.Job.Name},
	}
	if p.Job.ID != nil {
		pairs = append(pairs, keyValue{"batchreport.job_id", *p.Job.ID})
	}
	return append(pairs, keyValue{"batchreport.fingerprint", p.Fingerprint})
}

// createdBy is the form that readers parse.
func (p *Plan) createdBy() string { return "batchreport version " + p.Options.Version }
