package plan

import (
	"crypto/sha256"
	"encoding/json"
	"hash"

	"batchreport/convert/table"
)

// fingerprintVersion is the version of the way in which a fingerprint is made. It does
// not follow the plan's form: with another one every table would be converted again.
const fingerprintVersion = 1

// Fingerprint returns a hash, in hex, of whatever decides about the bytes of the parts:
// where the files were read from does not. Members are the jobs of which a unit is made,
// in the order in which they count.
func Fingerprint(job Job, s table.Spec, schemaVersion int, program string, members ...Job) string {
	h := NewFingerprinter(s, schemaVersion, program)
	for _, job := range append([]Job{job}, members...) {
		h.AddJob(&job)
		h.AddFiles(job.Files)
	}
	return h.Sum()
}

// Fingerprinter makes a fingerprint of jobs, each of which is added before its files.
type Fingerprinter struct {
	hash    hash.Hash
	encoder *json.Encoder
}

// NewFingerprinter returns a fingerprinter for a table of these options.
func NewFingerprinter(s table.Spec, schemaVersion int, program string) *Fingerprinter {
	h := &Fingerprinter{hash: sha256.New()}
	h.encoder = json.NewEncoder(h.hash)
	h.write(fingerprintVersion, schemaVersion, program, s.OfOutput())
	return h
}

func (h *Fingerprinter) write(values ...any) {
	for _, v := range values {
		_ = h.encoder.Encode(v) // plain values can be encoded, and a hash takes all
	}
}

// AddJob adds what a job has beside its files, which follow.
func (h *Fingerprinter) AddJob(j *Job) { h.write(j.Name, j.ID, j.ReportCreatedAt) }

// AddFiles adds the next files of a job.
func (h *Fingerprinter) AddFiles(files []File) {
	for _, f := range files {
		h.write([]any{f.Key, f.Status, f.MD5})
	}
}

// Sum returns the fingerprint, in hex, of what was added.
func (h *Fingerprinter) Sum() string { return table.Fingerprint(h.hash.Sum(nil)) }
