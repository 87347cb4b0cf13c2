package ledger

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"batchreport/convert/internal/stage"
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
	listed, err := r.destination.listRegisters(ctx, false) // checkKind has
	if err != nil {
		return err
	}
	others := maps.Clone(listed)
	maps.DeleteFunc(others, func(job string, _ storage.Info) bool {
		return job == r.files.job || !all && !table.IsSource(job) && !ids[job]
	})
	mine := newInputSet(jobID, inputs)
	return stage.Each(ctx, atOnce, slices.Sorted(maps.Keys(others)), func(ctx context.Context, job string) error {
		inputs, err := r.destination.inputs(ctx, job, others[job])
		if err != nil {
			return err
		}
		for _, other := range inputs {
			if file, ok := mine.find(other.jobID, other.Input); ok {
				return &storage.Error{
					Op: "convert into", Name: r.destination.Folder, Err: &OverlapError{r.files.job, file, job, other.Key},
					Hint: fmt.Sprintf("choose another DEST, or take job %s out of this one: delete the files that %s lists, then its folder", job, RegisterName(r.destination.Folder, job)),
				}
			}
		}
		return nil
	})
}

// listRegisters lists the registers of all jobs, unless that was done before and is
// not to be done again.
func (d *Destination) listRegisters(ctx context.Context, again bool) (map[string]storage.Info, error) {
	if d.listed != nil && !again {
		return d.listed, nil
	}
	listed := map[string]storage.Info{}
	root := storage.Join(d.Folder, StateFolder)
	for info, err := range d.Store.List(ctx, root) {
		if err != nil {
			return nil, err
		}
		if job, file, _ := strings.Cut(strings.TrimPrefix(info.Name, root+"/"), "/"); file == registerFile {
			listed[job] = info
		}
	}
	d.listed = listed
	return listed, nil
}

// seenInputs are the inputs of a register, and what it was listed as then.
type seenInputs struct {
	info   storage.Info
	inputs []jobInput
}

// jobInput is an input, with the job_id of its record.
type jobInput struct {
	jobID *string
	Input
}

// inputs returns what has been read, or is about to be, for a job's part of the table.
func (d *Destination) inputs(ctx context.Context, job string, info storage.Info) ([]jobInput, error) {
	d.mu.Lock()
	seen, ok := d.seen[job]
	d.mu.Unlock()
	if ok && seen.info == info {
		return seen.inputs, nil
	}
	files := &runFiles{Store: d.Store, dest: d.Folder, job: job}
	register, err := files.readRegister(ctx)
	if err != nil {
		return nil, err
	}
	var inputs []jobInput
	records := []*Record{&register.Record}
	if register.Next != nil {
		records = append(records, &register.Next.Record)
	}
	for _, r := range records {
		for _, in := range r.Inputs {
			inputs = append(inputs, jobInput{r.JobID, in})
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen == nil {
		d.seen = map[string]seenInputs{}
	}
	d.seen[job] = seenInputs{info, inputs}
	return inputs, nil
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
			for _, in := range other.Inputs {
				if file, ok := mine.find(other.JobID, in); ok {
					all = append(all, &OverlapError{r.Job, file, other.Job, in.Key})
					break
				}
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
