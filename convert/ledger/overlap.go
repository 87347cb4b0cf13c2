package ledger

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// OverlapError says that a result file of a job is in the table already, under the
// name of another job: its rows would be there twice.
type OverlapError struct {
	Job, File      string // that was to be converted
	Other, OtherIs string // the job that has it, and what the file is called there
}

// Error names both jobs.
func (e *OverlapError) Error() string {
	as := ""
	if e.OtherIs != e.File {
		as = " as " + storage.Shown(e.OtherIs)
	}
	return fmt.Sprintf("job %s: its result file %s is in the table already%s, by job %s: its rows would be there twice", e.Job, storage.Shown(e.File), as, e.Other)
}

// CheckOverlap reports, by an error that is an *OverlapError, whether a result file
// of the run's job is in the table under the name of another job, or about to be. Job
// folders and the files in them have jobs of different names, as a few files may not
// be the whole of their job.
//
// What can have a file in common with a job is the jobs that are named after files,
// and the ones whose folders the files lie in; any job, where files lie in none. So it
// lists the registers, once for all runs of a Destination, and reads those. The claim
// does so again, but for registers that have not changed.
func (r *Run) CheckOverlap(ctx context.Context, jobID *string, inputs []Input) error {
	return r.checkOverlap(ctx, jobID, inputs, false)
}

// checkOverlap is CheckOverlap, which lists the registers again or only once for all
// runs of the destination.
func (r *Run) checkOverlap(ctx context.Context, jobID *string, inputs []Input, again bool) error {
	if err := r.checkKind(ctx, again); err != nil || table.IsOutcome(r.files.job) {
		return err
	}
	ids, all := map[string]bool{}, false
	for _, in := range inputs {
		id, _ := placeOf(jobID, in.Key)
		ids[id] = true
		all = all || id == "" && in.MD5 != ""
	}
	if len(inputs) == 0 || len(ids) == 1 && ids[""] && !all {
		return nil // nothing is known of them
	}
	others, err := r.destination.Registers(ctx, false, func(job string) bool {
		return job != r.files.job && (all || table.IsSource(job) || ids[job])
	}) // checkKind has listed them
	if err != nil {
		return err
	}
	mine := newInputSet(jobID, inputs)
	for _, other := range others {
		if other.Err != nil {
			return other.Err
		}
		records := []*Record{&other.Register.Record}
		if next := other.Register.Next; next != nil {
			records = append(records, &next.Record)
		}
		for _, record := range records {
			if file, key, ok := mine.findAny(record); ok {
				return &storage.Error{
					Op: "convert into", Name: r.destination.Folder, Err: &OverlapError{r.files.job, file, other.Job, key},
					Hint: fmt.Sprintf("choose another DEST, or take job %s out of this one: delete the files that %s lists, then its folder", other.Job, RegisterName(r.destination.Folder, other.Job)),
				}
			}
		}
	}
	return nil
}

// Overlaps returns which records have a result file in common with an earlier one of
// the list, the first such file of each pair.
func Overlaps(records []*Record) []*OverlapError {
	var all []*OverlapError
	for i, r := range records {
		mine := newInputSet(r.JobID, r.Inputs)
		for _, other := range records[:i] {
			// Jobs with a folder each have no file in common.
			if !table.IsSource(r.Job) && !table.IsSource(other.Job) {
				continue
			}
			if file, key, ok := mine.findAny(other); ok {
				all = append(all, &OverlapError{r.Job, file, other.Job, key})
			}
		}
	}
	return all
}

// inputSet finds result files that are the same as one of some: they have the same
// place in the folder of the same job, or the same bytes, unless they are known to be
// of different jobs, which may well have the same results. What is empty has no rows.
type inputSet struct {
	byPlace map[string]string
	byMD5   map[[2]string]string // and the job's id; "" where none is known, "*" for any
}

func newInputSet(jobID *string, inputs []Input) *inputSet {
	s := &inputSet{map[string]string{}, map[[2]string]string{}}
	for _, in := range inputs {
		id, place := placeOf(jobID, in.Key)
		if place != "" {
			s.byPlace[place] = in.Key
		}
		if in.Size != 0 && in.MD5 != "" {
			s.byMD5[[2]string{in.MD5, id}], s.byMD5[[2]string{in.MD5, "*"}] = in.Key, in.Key
		}
	}
	return s
}

// findAny returns the first file of a record that is one of the set, by its key here and there.
func (s *inputSet) findAny(r *Record) (key, there string, ok bool) {
	for _, in := range r.Inputs {
		if key, ok := s.find(r.JobID, in); ok {
			return key, in.Key, true
		}
	}
	return "", "", false
}

// find returns the key of the same file.
func (s *inputSet) find(jobID *string, in Input) (key string, ok bool) {
	id, place := placeOf(jobID, in.Key)
	key = s.byPlace[place]
	if id == "" {
		key = cmp.Or(key, s.byMD5[[2]string{in.MD5, "*"}])
	} else {
		key = cmp.Or(key, s.byMD5[[2]string{in.MD5, id}], s.byMD5[[2]string{in.MD5, ""}])
	}
	return key, key != ""
}

// placeOf returns the id of the job that a result file is of, and where the file lies
// in the folder of that job, after the id; empty where that is not known. Compressed
// or not, it is the same file.
func placeOf(jobID *string, key string) (id, place string) {
	id, rest := schema.SplitJob(key)
	if id != "" {
		return id, id + "/" + strings.TrimSuffix(path.Clean(rest), ".gz")
	}
	if jobID != nil {
		id = *jobID
	}
	return id, ""
}
