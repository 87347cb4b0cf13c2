package ledger

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// check reports why a register cannot be that of the job in whose folder it lies.
// A run publishes and deletes what a register names. So each name in it has to
// follow from the job: a register that was restored to another job's folder, or was
// edited, must not lead to the files of that other job.
func (r *Register) check(job string) error {
	switch version := r.version(); {
	case r.Version != version:
		return fmt.Errorf("version %d, this program knows %d", r.Version, version)
	case r.Withdrawn && r.Next == nil:
		return errors.New("nothing is to be withdrawn")
	}
	if err := r.Record.check(job); err != nil {
		return err
	}
	if r.Next == nil {
		return nil
	}
	next := &r.Next.Record
	if err := next.check(job); err != nil {
		return fmt.Errorf("what is being committed: %w", err)
	}
	if next.Fingerprint == "" {
		return errors.New("what is being committed has no fingerprint")
	}
	files := next.Files()
	known := map[string]bool{}
	for _, name := range files {
		known[name] = true
	}
	for _, p := range r.Next.Pendings {
		if !known[p.Name] {
			return fmt.Errorf("%q is to be published, and is in no record", p.Name)
		}
	}
	last, left := -1, len(files)
	for _, c := range r.Next.Results {
		if c.Task <= last || c.Files < 1 || c.Files > left {
			return fmt.Errorf("it names no such result as that of task %d, of %d files", c.Task, c.Files)
		}
		last, left = c.Task, left-c.Files
	}
	if lost := r.Next.Lost; lost != nil {
		if !table.ValidFingerprint(lost.Fingerprint) {
			return errors.New("what was lost has no fingerprint")
		}
		for _, p := range lost.Pendings {
			if !next.mayHave(p.Name, lost.Fingerprint) {
				return fmt.Errorf("%q is to be dropped, and is no file of the job", p.Name)
			}
		}
	}
	return nil
}

// check reports why a record cannot be one of that job.
func (r *Record) check(job string) error {
	switch {
	case r.Job != job:
		return fmt.Errorf("it is that of job %q, in the folder of job %q", r.Job, job)
	case !table.ValidJob(job):
		return fmt.Errorf("%q is no job", job)
	case r.Fingerprint == "" && len(r.Files()) > 0:
		return errors.New("it lists files and has no fingerprint")
	case r.Fingerprint == "":
		return r.checkReplaces() // nothing has been committed yet, or it was superseded
	case (r.Kind == table.Outcome) != table.IsOutcome(job) || r.Kind != r.Options.Kind:
		return fmt.Errorf("kind %q is not that of %s", r.Kind, job)
	case !table.ValidFingerprint(r.Fingerprint):
		return fmt.Errorf("%q is no fingerprint", r.Fingerprint)
	case !isIDOf(r.JobID, job):
		return fmt.Errorf("its job_id is not that of job %s", job)
	}
	for _, p := range r.Outputs {
		if p.Name != r.folder(p.Partition)+path.Base(p.Name) || !r.mayHave(p.Name, r.Fingerprint) || isRejects(p.Name) {
			return fmt.Errorf("its part %q is not named after its partition and fingerprint", p.Name)
		}
	}
	for _, p := range r.Rejects {
		if !r.mayHave(p.Name, r.Fingerprint) || !isRejects(p.Name) {
			return fmt.Errorf("its rejects %q are not named after job and fingerprint", p.Name)
		}
	}
	for _, u := range r.Supersedes {
		if !table.IsOutcome(job) || !table.IsOutcome(u.Job) || !table.ValidJob(u.Job) || u.Job == job || !table.ValidFingerprint(u.Fingerprint) {
			return fmt.Errorf("%q is to be superseded, and is no other unit of outcomes", u.Job)
		}
	}
	return r.checkReplaces()
}

// checkReplaces reports why files that are to be deleted cannot be those of older records.
func (r *Record) checkReplaces() error {
	files := map[string]bool{}
	for _, name := range r.Files() {
		files[name] = true
	}
	for _, name := range append(r.KeptNames(), r.Replaces...) {
		switch {
		case !r.mayHave(name, ""):
			return fmt.Errorf("%q is to be deleted, and is no file of the job", name)
		case files[name]:
			return fmt.Errorf("%q is to be deleted, and belongs to the table", name)
		}
	}
	return nil
}

// isIDOf reports whether the job of that name can have that job_id: its name, or
// where the name is made of the files that were read, any or none; a unit of outcomes
// has none.
func isIDOf(id *string, job string) bool {
	if table.IsOutcome(job) {
		return id == nil
	}
	if !table.IsSource(job) {
		return id != nil && *id == job
	}
	return id == nil || table.ValidJob(*id) && !table.IsSource(*id)
}

// folder is the folder of a partition, with a slash at its end; "?" where the
// values are not those of the record's columns.
func (r *Record) folder(values []table.PartitionValue) string {
	var name strings.Builder
	var columns []string
	for _, v := range values {
		columns = append(columns, v.Column)
		name.WriteString(v.Folder(r.Options.NullPartition) + "/")
	}
	if !slices.EqualFunc(columns, r.Options.PartitionBy, func(name string, c schema.Column) bool { return name == c.String() }) {
		return "?"
	}
	return name.String()
}

// mayHave reports whether a file of that name, below DEST, can be a part or the
// rejects of the record's job, of a run with that fingerprint or, where it is empty,
// of any run. The columns that partition may be others than the record's.
func (r *Record) mayHave(name, fingerprint string) bool {
	folder, base := path.Split(name)
	if !table.ValidName(name) || !isPartName(base, fingerprint) {
		return false
	}
	if folder == rejectsFolder(r.Job) {
		return strings.HasSuffix(base, rejectsEnding)
	}
	for segment := range strings.SplitSeq(strings.TrimSuffix(folder, "/"), "/") {
		column, value, ok := strings.Cut(segment, "=")
		switch {
		case folder == "":
		case !ok || !slices.ContainsFunc(partitionColumns(r.Job), func(c schema.Column) bool { return c.String() == column }):
			return false
		case column != schema.JobID.String():
		case r.JobID != nil && value != *r.JobID, r.JobID == nil && value != r.Job && table.ValidJob(value) && !table.IsSource(value):
			return false
		}
	}
	return true
}

// partitionColumns are those that the files of a job can be partitioned by.
func partitionColumns(job string) []schema.Column {
	if table.IsOutcome(job) {
		return table.Outcome.PartitionColumns()
	}
	return schema.PartitionColumns()
}

// isPartName reports whether a file of that name, without its folder, is named as the
// parts and rejects of a run with that fingerprint are, of any run where it is empty.
func isPartName(name, fingerprint string) bool {
	rest, isPart := strings.CutPrefix(name, "part-")
	of, rest, dash := strings.Cut(rest, "-")
	numbers, ending, dot := strings.Cut(rest, ".")
	return isPart && dash && dot && numbers != "" && ending != "" &&
		(of == fingerprint || fingerprint == "" && table.ValidFingerprint(of)) &&
		strings.Trim(numbers, "0123456789-") == "" && strings.Trim(ending, "abcdefghijklmnopqrstuvwxyz.") == ""
}

// rejectsFolder is the folder of a job's rejects below DEST, with a slash at its end.
func rejectsFolder(job string) string { return StateFolder + "/" + job + "/rejects/" }

func isRejects(name string) bool { return strings.HasPrefix(name, StateFolder+"/") }

// isNamedAfter reports whether the name of a file alone says that it is the job's.
func isNamedAfter(name, job string) bool {
	return strings.HasPrefix(name, rejectsFolder(job)) ||
		!table.IsSource(job) && slices.Contains(strings.Split(path.Dir(name), "/"), schema.JobID.String()+"="+job)
}

// checkUnshared reports whether another job's register lists what this job's is about
// to delete. Names that say whose they are need no look at the others.
func (f *runFiles) checkUnshared(ctx context.Context, names []string) error {
	mine := map[string]bool{}
	for _, name := range names {
		if !isNamedAfter(name, f.job) {
			mine[name] = true
		}
	}
	if len(mine) == 0 {
		return nil
	}
	jobs, err := Jobs(ctx, f.Store, f.dest)
	if err != nil {
		return err
	}
	return stage.Each(ctx, atOnce, slices.DeleteFunc(jobs, func(job string) bool { return job == f.job }), func(ctx context.Context, job string) error {
		other := *f
		other.job = job
		register, err := other.readRegister(ctx)
		if err != nil {
			return err
		}
		for _, name := range register.AllFiles() {
			if mine[name] {
				return &storage.Error{
					Op: "delete", Name: f.address(name), Err: fmt.Errorf("the records of jobs %s and %s both list it", f.job, job),
					Hint: "one of the two records was put there by mistake: find out which by verify, and move it away",
				}
			}
		}
		return nil
	})
}
