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
	for _, res := range results {
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
	return r, errors.Join(r.checkSums(plan), r.checkLimits(plan.Options))
}

// checkLimits applies to the job what each task could only apply to itself.
func (r *Record) checkLimits(o Options) error {
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
		return fmt.Errorf("more than %d rows cannot be read: %d in all tasks together", o.MaxRejects, r.Totals.Rejected)
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

// commit publishes what the tasks of a job wrote, deletes the parts of the record
// that it replaces, if any, and writes the new record, last. Where it fails
// nothing new stays, unless it was replacing an older table: then running it
// again goes on from there.
func commit(ctx context.Context, dest *destination, record *Record, results []*TaskResult, old *Record) (err error) {
	var published []string
	defer func() {
		if err != nil && old == nil {
			err = errors.Join(err, withdraw(ctx, dest, published))
		}
	}()
	for _, res := range results {
		for _, p := range res.pendings() {
			if err := dest.Publish(ctx, p); err != nil {
				return err
			}
			published = append(published, p.Name)
		}
	}
	if err := deleteOld(ctx, dest, record, old); err != nil {
		return err
	}
	data, err := json.MarshalIndent(record, "", " ")
	if err != nil {
		return fmt.Errorf("write commit record: %w", err)
	}
	return dest.Put(ctx, recordName(dest.folder, record.Job), append(data, '\n'))
}

// withdraw deletes what a commit that failed has published.
func withdraw(ctx context.Context, dest *destination, published []string) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, name := range published {
		errs = append(errs, dest.Delete(ctx, name))
	}
	return errors.Join(errs...)
}

// deleteOld deletes the files of the old record that the new one does not have, by name.
func deleteOld(ctx context.Context, dest *destination, record, old *Record) error {
	kept := record.files()
	for _, name := range old.files() {
		if !slices.Contains(kept, name) {
			if err := dest.Delete(ctx, dest.name(name)); err != nil {
				return err
			}
		}
	}
	return nil
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
