package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"batchreport/convert/delta"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// compareLog compares the Delta log of the table, if it has one, with the records. What it
// finds belongs to a job where one is known, so that it is taken back if that was changed
// meanwhile: the log is read after the registers. The rest is what no record knows.
func (v *verifier) compareLog(ctx context.Context, jobs []*verifiedJob) (rest []Finding, err error) {
	log := &delta.Log{Store: v.store, Folder: v.dest}
	state, err := log.Read(ctx)
	if foreign := (*delta.ForeignError)(nil); errors.As(err, &foreign) {
		return []Finding{{Object: foreign.Name, Kind: WrongLog, Message: foreign.What}}, nil
	}
	if err != nil || !state.Exists() {
		return nil, err
	}
	listed := newListed(jobs)
	err = log.Files(ctx, state, func(f delta.File) error {
		part, ok := listed.parts[f.Name]
		switch {
		case ok && part.bytes == f.Bytes:
			part.logged = true
		case ok:
			part.logged = true
			part.job.findings = append(part.job.findings, v.wrongLog(part.job.name, f.Name, fmt.Sprintf("the Delta log gives it %d bytes, the record %d", f.Bytes, part.bytes)))
		case listed.coming[f.Name] || listed.damaged:
		default:
			rest = append(rest, v.wrongLog("", f.Name, "the Delta log lists it, and no record does"))
		}
		return nil
	})
	for name, part := range listed.parts {
		if !part.logged && !part.job.register.Unfinished() {
			part.job.findings = append(part.job.findings, v.wrongLog(part.job.name, name, "the record lists it, and the Delta log does not"))
		}
	}
	return rest, err
}

func (v *verifier) wrongLog(job, name, message string) Finding {
	return Finding{Job: job, Object: storage.Join(v.dest, name), Kind: WrongLog, Message: message}
}

// listed are the files that registers list, by name.
type listed struct {
	parts   map[string]*listedPart
	coming  map[string]bool // of commits under way, and of those that are being replaced
	damaged bool            // a register could not be read
}

type listedPart struct {
	job    *verifiedJob
	bytes  int64
	logged bool
}

// newListed collects what the registers list. What another record supersedes is in the log
// no longer.
func newListed(jobs []*verifiedJob) *listed {
	l := &listed{map[string]*listedPart{}, map[string]bool{}, false}
	var gone []ledger.Unit
	for _, j := range jobs {
		if j.register != nil {
			gone = append(gone, j.register.Supersedes...)
		}
	}
	for _, j := range jobs {
		if j.register == nil {
			l.damaged = true
			continue
		}
		if r := &j.register.Record; !slices.Contains(gone, ledger.Unit{Job: r.Job, Fingerprint: r.Fingerprint}) {
			for _, p := range r.Outputs {
				l.parts[p.Name] = &listedPart{job: j, bytes: p.Bytes}
			}
		}
		if j.register.Next != nil {
			for _, name := range j.register.Next.Record.Files() {
				l.coming[name] = true
			}
		}
	}
	return l
}
