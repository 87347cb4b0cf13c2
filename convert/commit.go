package convert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"batchreport/schema"
)

// newRecord makes the commit record of a job from what its tasks wrote.
func newRecord(plan *Plan, results []*TaskResult) (*Record, error) {
	r := &Record{
		Version:       recordVersion,
		Program:       plan.createdBy(),
		SchemaVersion: schema.Version,
		Job:           plan.Job.Name,
		JobID:         plan.Job.ID,
		Fingerprint:   plan.Fingerprint,
		Options:       plan.Options,
		Inputs:        []Input{},
		Outputs:       []Part{},
		Rejects:       []Reject{},
	}
	if t := plan.Job.ReportCreatedAt; t != nil {
		created := t.Format(time.RFC3339Nano)
		r.ReportCreatedAt = &created
	}
	for _, f := range plan.Options.fileSchema().Fields() {
		r.Columns = append(r.Columns, RecordColumn{Name: f.Name, Type: f.Type.String()})
	}
	var lastReject *RowError
	for _, res := range results {
		if res.LastReject != nil {
			lastReject = res.LastReject
		}
		r.Inputs = append(r.Inputs, res.Inputs...)
		for _, p := range res.Parts {
			r.Outputs = append(r.Outputs, p.Part)
			r.Totals.Parts++
			r.Totals.BytesOut += p.Part.Bytes
		}
		if res.Rejects != nil {
			r.Rejects = append(r.Rejects, res.Rejects.Reject)
		}
		r.Totals.Add(res.Totals)
	}
	return r, errors.Join(r.checkSums(plan), r.checkLimits(plan.Options, lastReject))
}

// checkLimits applies to the job what each task could only apply to itself.
func (r *Record) checkLimits(o Options, lastReject *RowError) error {
	folders := map[string][]PartitionValue{}
	for _, p := range r.Outputs {
		folder, _ := path.Split(p.Name)
		if values, ok := folders[folder]; ok && !sameValues(values, p.Partition) {
			return errNull(o, folder)
		}
		folders[folder] = p.Partition
	}
	switch {
	case o.MaxRejects >= 0 && r.Totals.Rejected > o.MaxRejects:
		return errRejects(o.MaxRejects, lastReject)
	case len(folders) > o.MaxPartitions:
		return errPartitions(o)
	}
	return nil
}

// checkSums compares what the plan says with what the tasks did: the sums must
// be right, or nothing is published.
func (r *Record) checkSums(plan *Plan) error {
	if len(r.Inputs) != len(plan.Job.Files) {
		return fmt.Errorf("check sums: %d of %d result files were read", len(r.Inputs), len(plan.Job.Files))
	}
	var rows, rejected, out int64
	for i, in := range r.Inputs {
		if in.Key != plan.Job.Files[i].Key {
			return fmt.Errorf("check sums: result file %s was read in place of %s", in.Key, plan.Job.Files[i].Key)
		}
		rows += in.Rows
		rejected += in.Rejected
	}
	for _, p := range r.Outputs {
		out += p.Rows
	}
	t := r.Totals
	if rows != out || rows != t.RowsOut || rejected != t.Rejected || t.RowsIn != t.RowsOut+t.Rejected {
		return fmt.Errorf("check sums: %d rows and %d rejects were read, %d and %d counted, %d written", rows, rejected, t.RowsOut, t.Rejected, out)
	}
	return nil
}

// commit publishes what the tasks of a job wrote, writes the record, and then
// deletes the files of the record that it replaces, if any. Where it fails before
// the record is written, nothing new stays; after that, the next run of the same
// command goes on with deleting.
func commit(ctx context.Context, dest *destination, record *Record, results []*TaskResult, old *Record) error {
	record.Replaces = without(slices.Concat(old.files(), old.replaces()), record.files())
	if err := publishAll(ctx, dest, record, results); err != nil {
		return errors.Join(err, withdraw(ctx, dest, record, old))
	}
	return finish(ctx, dest, record)
}

// publishAll makes the files of a job visible and writes its record.
func publishAll(ctx context.Context, dest *destination, record *Record, results []*TaskResult) error {
	for _, res := range results {
		for _, p := range res.pendings() {
			if err := dest.Publish(ctx, p); err != nil {
				return err
			}
		}
	}
	return writeRecord(ctx, dest, record)
}

// withdraw undoes what publishAll did before it failed. An answer may be lost
// after the deed is done, so whatever it may have tried is undone. The old record
// comes first, for while the new one may stand its files must.
func withdraw(ctx context.Context, dest *destination, record, old *Record) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	if old != nil {
		err = writeRecord(ctx, dest, old)
	} else {
		err = dest.Delete(ctx, recordName(dest.folder, record.Job))
	}
	if err != nil {
		return fmt.Errorf("undo the commit of job %s: %w: run the same command again", record.Job, err)
	}
	var errs []error
	for _, name := range without(record.files(), old.files()) {
		errs = append(errs, dest.Delete(ctx, dest.name(name)))
	}
	return errors.Join(errs...)
}

// finish deletes, by name, what a record replaces.
func finish(ctx context.Context, dest *destination, record *Record) error {
	if len(record.Replaces) == 0 {
		return nil
	}
	for _, name := range record.Replaces {
		if err := dest.Delete(ctx, dest.name(name)); err != nil {
			return fmt.Errorf("delete what job %s replaces, which lies beside the new parts: %w: run the same command again", record.Job, err)
		}
	}
	record.Replaces = nil
	return writeRecord(ctx, dest, record)
}

func writeRecord(ctx context.Context, dest *destination, record *Record) error {
	data, err := json.MarshalIndent(record, "", " ")
	if err != nil {
		return fmt.Errorf("write commit record: %w", err)
	}
	return dest.Put(ctx, recordName(dest.folder, record.Job), append(data, '\n'))
}

// without returns the names that are not among others.
func without(names, others []string) []string {
	known := map[string]bool{}
	for _, name := range others {
		known[name] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return known[name] })
}

// replaces are the names of files that a record was to delete; none for nil.
func (r *Record) replaces() []string {
	if r == nil {
		return nil
	}
	return r.Replaces
}

// files are the names of all that a record lists, below DEST; none for nil.
func (r *Record) files() []string {
	if r == nil {
		return nil
	}
	var names []string
	for _, p := range r.Outputs {
		names = append(names, p.Name)
	}
	for _, p := range r.Rejects {
		names = append(names, p.Name)
	}
	return names
}
