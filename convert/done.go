package convert

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/table"
	"batchreport/schema"
)

// isDone reports whether what this run would commit is committed.
func (w *jobWork) isDone(ctx context.Context) (bool, error) {
	record := w.run.Record()
	if record == nil || w.c.options.Force {
		return false, nil
	}
	if w.isSame() {
		if !isVerified(w.c.options.VerifyInput, record.Inputs) {
			w.c.options.Log.Warn("converted before, but its input was not verified as is asked for now; --force converts it again", "job", record.Job)
		}
		return true, nil
	}
	version := strings.TrimPrefix(record.Program, createdBy)
	if before, err := w.isOf(ctx, record.Fingerprint, record.SchemaVersion, version); !before || err != nil {
		return false, err
	}
	if record.SchemaVersion != schema.Version {
		w.c.options.Log.Warn("converted before, into columns of another version; --force converts it again",
			"job", record.Job, "columns of version", record.SchemaVersion, "this one has", schema.Version, "by", version)
		return true, nil
	}
	w.c.options.Log.Warn("converted before by another version of this program; --force converts it again", "job", record.Job, "version", version)
	return true, nil
}

// isOf reports whether a fingerprint is that of this job and these options, made by another
// version of the program.
func (w *jobWork) isOf(ctx context.Context, fingerprint string, schemaVersion int, program string) (bool, error) {
	var all []*plan.Fingerprinter
	for _, s := range w.c.options.AsOf(schemaVersion) {
		h := plan.NewFingerprinter(s, schemaVersion, program)
		h.AddJob(&w.plan.Job)
		all = append(all, h)
	}
	for files, err := range w.plan.AllFiles() {
		if err != nil {
			return false, err
		}
		for _, h := range all {
			h.AddFiles(files)
		}
	}
	for _, member := range w.c.memberJobs() {
		for _, h := range all {
			h.AddJob(&member)
			h.AddFiles(member.Files)
		}
	}
	return slices.ContainsFunc(all, func(h *plan.Fingerprinter) bool { return fingerprint == h.Sum() }), context.Cause(ctx)
}

// isTaskDone is isDone for a task. The register is read, once, where its head has the
// fingerprint of this run, or another version of the program has made the table by the
// same options: then the other files of the job tell whether it is done.
func (w *jobWork) isTaskDone(ctx context.Context) (bool, error) {
	head, err := w.run.Head(ctx)
	if err != nil || head == nil || head.Fingerprint == "" {
		return false, err
	}
	if head.Fingerprint != w.plan.Fingerprint {
		another := head.Program != createdBy+w.c.plan.Program || head.SchemaVersion != schema.Version
		theirs := asText(head.Options.OfOutput())
		if !another || !slices.ContainsFunc(w.c.options.AsOf(head.SchemaVersion), func(s table.Spec) bool { return asText(s.OfOutput()) == theirs }) {
			return false, nil
		}
	}
	if err := w.run.Open(ctx); err != nil || w.run.IsClaimed() {
		return false, err
	}
	return w.isDone(ctx)
}

func asText(v any) string {
	text, _ := json.Marshal(v) // plain values can be encoded
	return string(text)
}

// isSame reports whether what is committed has the fingerprint of this run.
func (w *jobWork) isSame() bool {
	record := w.run.Record()
	return record != nil && record.Fingerprint == w.plan.Fingerprint
}

// isVerified reports whether files that an earlier run has read were verified as
// is asked for. A record that does not say how is of a version that hashed.
func isVerified(want table.VerifyInput, inputs []ledger.Input) bool {
	for _, in := range inputs {
		if in.Verified == ledger.VerifiedNone && want != table.VerifyNone || in.Verified == ledger.VerifiedETag && want == table.VerifyMD5 {
			return false
		}
	}
	return true
}
