package verify

import (
	"bytes"
	"context"
	"strings"

	"batchreport/convert/ledger"
)

// verifiedJob is a job whose register was found.
type verifiedJob struct {
	name     string
	dest     string
	register *ledger.Register // nil if it is no register
	tag      string           // of the object, register or not
	files    []*recordedFile
	findings []Finding
	err      error // of what could not be read
}

// object is the address of the register.
func (j *verifiedJob) object() string { return ledger.RegisterName(j.dest, j.name) }

// report adds a finding about the register.
func (j *verifiedJob) report(kind Kind, message string) {
	j.findings = append(j.findings, Finding{j.name, j.object(), kind, message})
}

// jobs returns the jobs that have a register.
func (v *verifier) jobs(ctx context.Context) ([]*verifiedJob, error) {
	names, err := ledger.Jobs(ctx, v.store, v.dest)
	var jobs []*verifiedJob
	for _, name := range names {
		jobs = append(jobs, &verifiedJob{name: name, dest: v.dest})
	}
	return jobs, err
}

// readRegister reads the register of a job. It is damaged only if it is so twice:
// a connection can damage it too.
func (v *verifier) readRegister(ctx context.Context, j *verifiedJob) error {
	var before []byte
	for try := range 2 {
		data, tag, err := v.store.Get(ctx, j.object(), ledger.MaxRecordFile)
		if err != nil {
			return err
		}
		j.tag = tag
		j.register, err = ledger.ParseRegister(j.object(), data)
		switch {
		case err == nil:
			return nil
		case try > 0 && !bytes.Equal(data, before):
			return errUnsteady(j.object())
		case try > 0:
			j.report(BadRecord, strings.TrimPrefix(err.Error(), "parse commit record "+j.object()+": "))
		}
		before = data
	}
	return nil
}

// examine reports what the register alone gives away, and finds the files to read.
func (j *verifiedJob) examine() {
	if j.register == nil {
		return
	}
	r := &j.register.Record
	if j.register.Unfinished() {
		j.report(Unfinished, "a commit is under way or was cut off: run the same command again to finish it")
	}
	if r.Fingerprint == "" {
		return
	}
	for _, contradiction := range contradictions(r) {
		j.report(BadRecord, contradiction)
	}
	j.files = j.recordedFiles()
}

// confirm takes back what was found out about a job that was committed again
// while its files were read.
func (v *verifier) confirm(ctx context.Context, j *verifiedJob) error {
	if len(j.findings) == 0 && j.err == nil {
		return nil
	}
	_, tag, err := v.store.Get(ctx, j.object(), ledger.MaxRecordFile)
	if err != nil {
		return err
	}
	if tag != j.tag {
		j.findings, j.err = nil, nil
		j.report(Unfinished, "it was changed meanwhile: verify again")
	}
	return nil
}
