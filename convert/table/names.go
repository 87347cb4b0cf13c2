package table

import (
	"encoding/hex"
	"io/fs"
	"strings"

	"batchreport/schema"
)

// SourceName returns the name of a job that has no id, made of the first bytes of
// a hash of its inputs, which has at least 8.
func SourceName(hash []byte) string { return sourcePrefix + hex.EncodeToString(hash[:sourceSize]) }

// OutcomeName returns the name of the unit that a table of outcomes is committed as, made
// of the first bytes of a hash of the names of its jobs, which has at least 8.
func OutcomeName(hash []byte) string { return outcomePrefix + hex.EncodeToString(hash[:sourceSize]) }

const (
	sourcePrefix  = "source-"
	outcomePrefix = "outcome-"
	sourceSize    = 8 // bytes
)

// ValidJob reports whether a job can have that name: a job id of AWS, or what SourceName
// or OutcomeName returns. Other names could lead out of the destination.
func ValidJob(name string) bool {
	if hash, ok := strings.CutPrefix(name, outcomePrefix); ok {
		return isHex(hash, sourceSize)
	}
	if hash, ok := strings.CutPrefix(name, sourcePrefix); ok {
		return isHex(hash, sourceSize)
	}
	id, rest := schema.SplitJob("job-" + name + "/")
	return id == name && rest == ""
}

// IsSource reports whether the name of a job is one that SourceName makes: its job
// has no id, or is not the whole of the job that has.
func IsSource(name string) bool { return strings.HasPrefix(name, sourcePrefix) }

// IsOutcome reports whether the name of a job is one that OutcomeName makes.
func IsOutcome(name string) bool { return strings.HasPrefix(name, outcomePrefix) }

// Fingerprint returns the fingerprint of a run, made of the first bytes of a hash
// of what its output follows from, which has at least 16.
func Fingerprint(hash []byte) string { return hex.EncodeToString(hash[:fingerprintSize]) }

const fingerprintSize = 16 // bytes

// ValidFingerprint reports whether s has the form that Fingerprint returns.
func ValidFingerprint(s string) bool { return isHex(s, fingerprintSize) }

// ValidName reports whether a file's name, in a record that anybody may have
// written, leads to a place below DEST.
func ValidName(name string) bool { return fs.ValidPath(name) && name != "." }

// isHex reports whether s is so many bytes in hexadecimal digits.
func isHex(s string, size int) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == size
}
