package convert

import (
	"errors"
	"fmt"
	"path"
	"time"

	"batchreport/convert/internal/partition"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/table"
	"batchreport/schema"
)

// newRecord makes the commit record of a job from what its tasks wrote.
func newRecord(job *plan.JobPlan, o *Options, results []*ledger.TaskResult) (*ledger.Record, error) {
	r := &ledger.Record{
		Version:       ledger.RecordVersion,
		Program:       createdBy + o.Version,
		SchemaVersion: schema.Version,
		Kind:          o.Kind,
		Job:           job.Job.Name,
		JobID:         job.Job.ID,
		Fingerprint:   job.Fingerprint,
		Options:       o.Spec,
		Inputs:        []ledger.Input{},
		Outputs:       []ledger.Part{},
		Rejects:       []ledger.Reject{},
	}
	if t := job.Job.ReportCreatedAt; t != nil {
		created := t.Format(time.RFC3339Nano)
		r.ReportCreatedAt = &created
	}
	r.Columns = recordColumns(o)
	r.ErrorCodes = &ledger.CodeCounts{Rows: map[string]int64{}}
	var lastReject *ledger.RowError
	for _, res := range results {
		if res.ErrorCodes == nil {
			r.ErrorCodes = nil
		} else if r.ErrorCodes != nil {
			r.ErrorCodes.Add(*res.ErrorCodes)
		}
		if res.LastReject != nil {
			lastReject = res.LastReject
		}
		r.Inputs = append(r.Inputs, res.Inputs...)
		for _, p := range res.Parts {
			r.Outputs = append(r.Outputs, p.Part)
		}
		if res.Rejects != nil {
			r.Rejects = append(r.Rejects, res.Rejects.Reject)
		}
		r.Totals.Add(res.AllTotals())
	}
	return r, errors.Join(checkSums(r, job), checkLimits(r, &o.Spec, lastReject))
}

// recordColumns returns the columns of the files as a record has them.
func recordColumns(o *Options) (columns []ledger.RecordColumn) {
	for _, f := range o.FileSchema().Fields() {
		columns = append(columns, ledger.RecordColumn{Name: f.Name, Type: f.Type.String()})
	}
	return columns
}

// checkLimits applies to the job what each task could only apply to itself.
func checkLimits(r *ledger.Record, o *table.Spec, lastReject *ledger.RowError) error {
	folders := map[string][]table.PartitionValue{}
	for _, p := range r.Outputs {
		folder, _ := path.Split(p.Name)
		if values, ok := folders[folder]; ok && !table.SameNulls(values, p.Partition) {
			return partition.ErrNull(o, folder)
		}
		folders[folder] = p.Partition
	}
	switch {
	case o.MaxRejects >= 0 && r.Totals.Rejected > o.MaxRejects:
		return errRejects(o.MaxRejects, lastReject)
	case len(folders) > o.MaxPartitions:
		return partition.ErrMany(o)
	}
	return nil
}

// checkSums compares what the plan says with what the tasks did: the sums must
// be right, or nothing is published.
func checkSums(r *ledger.Record, job *plan.JobPlan) error {
	if len(r.Inputs) != len(job.Job.Files) {
		return fmt.Errorf("check sums: %d of %d result files were read", len(r.Inputs), len(job.Job.Files))
	}
	var rows, rejected, out int64
	for i, in := range r.Inputs {
		if in.Key != job.Job.Files[i].Key {
			return fmt.Errorf("check sums: result file %s was read in place of %s", in.Key, job.Job.Files[i].Key)
		}
		rows += in.Rows
		rejected += in.Rejected
	}
	for _, p := range r.Outputs {
		out += p.Rows
	}
	t := r.Totals
	if rows != out+t.Merged || out != t.RowsOut || rejected != t.Rejected || t.RowsIn != t.RowsOut+t.Merged+t.Rejected {
		return fmt.Errorf("check sums: %d rows and %d rejects were read, %d and %d counted, %d written", rows, rejected, t.RowsOut, t.Rejected, out)
	}
	return nil
}
