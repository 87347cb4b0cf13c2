package convert

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"

	"batchreport/convert/table"
)

// fingerprintVersion is the version of the way in which a fingerprint is made. It does
// not follow the plan's form: with another one every table would be converted again.
const fingerprintVersion = 1

// fingerprint hashes whatever decides about the bytes of the parts: where the
// files were read from does not. Members are the jobs of which a unit is made, in the
// order in which they count.
func fingerprint(job Job, s table.Spec, schemaVersion int, program string, members ...Job) string {
	h := newFingerprinter(s, schemaVersion, program)
	for _, job := range append([]Job{job}, members...) {
		h.job(&job)
		h.files(job.Files)
	}
	return h.sum()
}

// fingerprinter makes a fingerprint.
type fingerprinter struct {
	hash    hash.Hash
	encoder *json.Encoder
}

func newFingerprinter(s table.Spec, schemaVersion int, program string) *fingerprinter {
	h := &fingerprinter{hash: sha256.New()}
	h.encoder = json.NewEncoder(h.hash)
	h.write(fingerprintVersion, schemaVersion, program, s.OfOutput())
	return h
}

func (h *fingerprinter) write(values ...any) {
	for _, v := range values {
		_ = h.encoder.Encode(v) // plain values can be encoded, and a hash takes all
	}
}

// job adds what a job has beside its files, which follow.
func (h *fingerprinter) job(j *Job) { h.write(j.Name, j.ID, j.ReportCreatedAt) }

func (h *fingerprinter) files(files []File) {
	for _, f := range files {
		h.write([]any{f.Key, f.Status, f.MD5})
	}
}

func (h *fingerprinter) sum() string { return table.Fingerprint(h.hash.Sum(nil)) }

// sourceName names a job that has no id, by the names and sums of its files.
func sourceName(files []File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %s\n", len(f.Key), f.Key, f.MD5)
	}
	return table.SourceName(h.Sum(nil))
}
