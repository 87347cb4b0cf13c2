package convert

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"time"

	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/table"
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
	Name   string `json:"name"`           // where it is read from
	Key    string `json:"key"`            // as in the manifest; the name where there is none
	Status string `json:"status"`         // TaskExecutionStatus; empty without a manifest
	Size   int64  `json:"size"`           // in bytes; -1 if not known
	MD5    string `json:"md5"`            // lower-case hex; empty if not known
	ETag   string `json:"etag,omitempty"` // of the object that was planned with; empty on disk
}

// Plan says what is to be done. It is plain JSON, and a function of the reports
// and of the options, so that each of its tasks, and the commit, can be done on
// another machine by the same version of the program.
type Plan struct {
	Version int        `json:"batchreport_plan"`
	Program string     `json:"program"` // the version that made it
	Dest    string     `json:"dest"`
	Options table.Spec `json:"options"`
	Jobs    []JobPlan  `json:"jobs"`

	checked bool // see check
}

// JobPlan is the part of a plan that is committed at once.
type JobPlan struct {
	Job         Job    `json:"job"`
	Fingerprint string `json:"fingerprint"`
	Tasks       []Task `json:"tasks"`
}

// Task is the part of a job that is done at once: files of it that follow on
// each other.
type Task struct {
	Index int `json:"index"` // in the job
	First int `json:"first"` // file of the job, from 0
	Files int `json:"files"` // their number
}

// files are the files of a task.
func (j *JobPlan) files(t Task) []File { return j.Job.Files[t.First : t.First+t.Files] }

// newPlan returns a plan without jobs. The options have their defaults.
func newPlan(dest string, o Options) *Plan {
	return &Plan{Version: planVersion, Program: o.Version, Dest: dest, Options: o.Spec, checked: true}
}

// job returns the plan for a job.
func (p *Plan) job(job Job) *JobPlan {
	return &JobPlan{
		Job:         job,
		Fingerprint: fingerprint(job, p.Options, p.Program),
		Tasks:       tasks(job.Files, p.Options.TaskSize),
	}
}

// Tasks returns the number of tasks in all jobs.
func (p *Plan) Tasks() int {
	n := 0
	for i := range p.Jobs {
		n += len(p.Jobs[i].Tasks)
	}
	return n
}

// task returns the task of that number, counted from 0 through all jobs.
func (p *Plan) task(index int) (*JobPlan, Task, error) {
	n := index
	for i := range p.Jobs {
		j := &p.Jobs[i]
		if 0 <= n && n < len(j.Tasks) {
			return j, j.Tasks[n], nil
		}
		n -= len(j.Tasks)
	}
	return nil, Task{}, fmt.Errorf("plan: no task %d, there are %d, counted from 0", index, p.Tasks())
}

// ParsePlan reads a plan as it was written, for the program of that version.
func ParsePlan(data []byte, version string) (*Plan, error) {
	var p Plan
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("parse plan: %w", err)
	}
	if p.Version == planVersion && p.Program != version {
		return nil, fmt.Errorf("parse plan: made by batchreport %s, this is %s: parts of a table come from one version", p.Program, version)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("parse plan: %w", err)
	}
	return &p, nil
}

// check reports why a plan is none that MakePlan has made, and fills in the
// defaults of its options. A plan that passed is not looked at again.
func (p *Plan) check() error {
	if p.checked {
		return nil
	}
	if p.Version != planVersion {
		return fmt.Errorf("version %d, this program knows %d", p.Version, planVersion)
	}
	if err := checkDest(p.Dest); err != nil {
		return err
	}
	p.Options = p.Options.WithDefaults()
	if err := p.Options.Validate(); err != nil {
		return err
	}
	for _, j := range p.Jobs {
		if !table.ValidJob(j.Job.Name) {
			return fmt.Errorf("%q is no job", j.Job.Name)
		}
		if again := p.job(j.Job); again.Fingerprint != j.Fingerprint || !slices.Equal(again.Tasks, j.Tasks) {
			return fmt.Errorf("job %s was changed after the plan was made", j.Job.Name)
		}
	}
	p.checked = true
	return nil
}

// tasks groups files in their order into as many tasks as it takes for none to
// be much larger than size, and all about the same size: a file is of the task
// in whose share of the bytes its middle lies.
func tasks(files []File, size int64) []Task {
	var total int64
	for _, f := range files {
		total += max(f.Size, 0)
	}
	shares := max(1, (total+size-1)/size)
	var tasks []Task
	var before int64
	last := uint64(math.MaxUint64)
	for i, f := range files {
		bytes := max(f.Size, 0)
		hi, lo := bits.Mul64(uint64(before+bytes/2), uint64(shares))
		share, _ := bits.Div64(hi, lo, uint64(max(total, 1)))
		if share != last {
			tasks = append(tasks, Task{Index: len(tasks), First: i})
			last = share
		}
		tasks[len(tasks)-1].Files++
		before += bytes
	}
	return tasks
}

// fingerprint hashes whatever decides about the bytes of the parts: where the
// files were read from does not.
func fingerprint(job Job, s table.Spec, version string) string {
	h := sha256.New()
	encoder := json.NewEncoder(h)
	write := func(v any) {
		_ = encoder.Encode(v) // plain values can be encoded, and a hash takes all
	}
	write(planVersion)
	write(schema.Version)
	write(version)
	write(s.OfOutput())
	write(job.Name)
	write(job.ID)
	write(job.ReportCreatedAt)
	for _, f := range job.Files {
		write([]any{f.Key, f.Status, f.MD5})
	}
	return table.Fingerprint(h.Sum(nil))
}

// sourceName names a job that has no id, by the names and sums of its files.
func sourceName(files []File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %s\n", len(f.Key), f.Key, f.MD5)
	}
	return table.SourceName(h.Sum(nil))
}

// metadata is what every part says about itself, beside the format's own.
func (j *JobPlan) metadata() []parquetfile.KeyValue {
	pairs := []parquetfile.KeyValue{
		{Key: "batchreport.schema_version", Value: fmt.Sprint(schema.Version)},
		{Key: "batchreport.job", Value: j.Job.Name},
	}
	if j.Job.ID != nil {
		pairs = append(pairs, parquetfile.KeyValue{Key: "batchreport.job_id", Value: *j.Job.ID})
	}
	return append(pairs, parquetfile.KeyValue{Key: "batchreport.fingerprint", Value: j.Fingerprint})
}

// createdBy is what a part, and a record, says before the program's version: the
// form that readers parse.
const createdBy = "batchreport version "
