package plan

import (
	"fmt"
	"iter"
	"math"
	"math/bits"
	"time"

	"batchreport/convert/table"
	"batchreport/schema"
)

// formVersion is the version of the plan's form.
const formVersion = 2

// Job is a report to convert: that of a manifest, or result files without one.
type Job struct {
	// Name is what the job is called in the destination: its uuid or, where there is
	// no manifest or no uuid in its keys, source-<hash> after the names and MD5s of
	// its files.
	Name string `json:"name"`
	// ID is the uuid of the folder job-<uuid> in which the files lie, by their keys or
	// names. It becomes the column job_id; nil where there is none.
	ID *string `json:"job_id"`
	// ReportCreatedAt is the manifest's ReportCreationDate, in UTC; nil where there is none.
	ReportCreatedAt *time.Time `json:"report_created_at"`
	// Files are the result files in the manifest's order, or in that in which they
	// were named; none of an empty report.
	Files []File `json:"files"`
}

// File is a result file of a job.
type File struct {
	// Name is the path or S3 address that it is read from.
	Name string `json:"name"`
	// Key is its key as in the manifest, or Name without one. It becomes the column
	// report_file.
	Key string `json:"key"`
	// Status is the TaskExecutionStatus that the manifest gives for its rows; empty
	// without a manifest.
	Status string `json:"status"`
	// Size is its size in bytes as it was listed; -1 where that is not known. Another
	// size is an error when it is read.
	Size int64 `json:"size"`
	// MD5 is the MD5 of its bytes in lower-case hex, as in the manifest or, without
	// one, as it was when the plan was made; empty where it is not known, as of
	// standard input.
	MD5 string `json:"md5"`
	// ETag is that of the object that was planned with; empty where the store has
	// none, as the local disk. An object that has another one by the time that it is
	// read is an error.
	ETag string `json:"etag,omitempty"`
}

// Plan says what is to be done. It is plain JSON, and follows from the reports, the
// options and the version of the program alone, so that each of its tasks, and the
// commit, can be done on another machine by the same version of the program. It is
// made by convert.MakePlan, or read back by [Parse], and not to be changed.
type Plan struct {
	// Version is the version of the plan's form.
	Version int `json:"batchreport_plan"`
	// Program is the version of the program that made it: convert.Run.Version.
	Program string `json:"program"`
	// Dest is the folder or S3 address of the table.
	Dest string `json:"dest"`
	// Options say what the table is, with every default filled in.
	Options table.Spec `json:"options"`
	// Jobs are the jobs in the order in which they were found.
	Jobs []JobPlan `json:"jobs"`

	checked bool // see Check
	// part says that the plan is a part of another one, of which first is the number of
	// the first task that is here.
	part  bool
	first int
}

// JobPlan is the plan of one job, which is what a commit publishes together.
type JobPlan struct {
	// Job is the report.
	Job Job `json:"job"`
	// Fingerprint is a hash, in hex, of all that decides about the bytes of the job's
	// parts: the job, the keys, statuses and MD5s of its result files, the options that
	// change the output, and the versions of schema and program. The names of the parts
	// have it in them.
	Fingerprint string `json:"fingerprint"`
	// Tasks are the tasks in order, which have each file once; none of an empty report.
	Tasks []Task `json:"tasks"`

	// of is the number of tasks of the job, and allFiles yields its files, where the plan is
	// a part of another one.
	of       int
	allFiles iter.Seq2[[]File, error]
}

// Task is the part of a job that is done as a whole: one or more of its files that
// follow on each other, of about Spec.TaskSize bytes.
type Task struct {
	// Index is the number of the task in its job, from 0. convert.RunTask counts through all
	// jobs of the plan instead.
	Index int `json:"index"`
	// First is the index in Job.Files of its first file.
	First int `json:"first"`
	// Files is the number of its files, at least 1.
	Files int `json:"files"`
}

// FilesOf returns the files of a task.
func (j *JobPlan) FilesOf(t Task) []File { return j.Job.Files[t.First : t.First+t.Files] }

// New returns a plan without jobs, by the program of that version. The options have
// their defaults.
func New(dest, program string, options table.Spec) *Plan {
	return &Plan{Version: formVersion, Program: program, Dest: dest, Options: options, checked: true}
}

// ForJob returns the plan for a job, which is not a part of this plan yet.
func (p *Plan) ForJob(job Job) *JobPlan {
	return &JobPlan{
		Job:         job,
		Fingerprint: Fingerprint(job, p.Options, schema.Version, p.Program),
		Tasks:       TasksOf(job.Files, p.Options.TaskSize),
	}
}

// Tasks returns the number of tasks in all jobs, which are what RunTask counts.
func (p *Plan) Tasks() int {
	n := 0
	for i := range p.Jobs {
		n += len(p.Jobs[i].Tasks)
	}
	return n
}

// IsPart reports whether the plan is a part of another one, for some of its tasks.
func (p *Plan) IsPart() bool { return p.part }

// Task returns the task of that number, counted from 0 through all jobs.
func (p *Plan) Task(index int) (*JobPlan, Task, error) {
	n := index - p.first
	for i := range p.Jobs {
		j := &p.Jobs[i]
		if 0 <= n && n < len(j.Tasks) {
			return j, j.Tasks[n], nil
		}
		n -= len(j.Tasks)
	}
	if p.part {
		return nil, Task{}, fmt.Errorf("plan: no task %d in the part that has the tasks from %d to %d", index, p.first, p.first+p.Tasks()-1)
	}
	return nil, Task{}, fmt.Errorf("plan: no task %d, there are %d, counted from 0", index, p.Tasks())
}

// Task returns the task of the job that has that index.
func (j *JobPlan) Task(index int) (Task, bool) {
	if len(j.Tasks) == 0 || index < j.Tasks[0].Index || index-j.Tasks[0].Index >= len(j.Tasks) {
		return Task{}, false
	}
	return j.Tasks[index-j.Tasks[0].Index], true
}

// NumTasks returns the number of tasks of the job, also of those that are not here.
func (j *JobPlan) NumTasks() int { return max(j.of, len(j.Tasks)) }

// AllFiles yields the files of the job in order, also those that are not here, which it
// reads: some at a time, until an error.
func (j *JobPlan) AllFiles() iter.Seq2[[]File, error] {
	if j.allFiles != nil {
		return j.allFiles
	}
	return func(yield func([]File, error) bool) { yield(j.Job.Files, nil) }
}

// TasksOf groups files in their order into as many tasks as it takes for none to
// be much larger than size, and all about the same size: a file is of the task
// in whose share of the bytes its middle lies.
func TasksOf(files []File, size int64) []Task {
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
