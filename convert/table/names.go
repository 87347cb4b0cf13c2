package table

import (
	"encoding/hex"
	"io/fs"
	"strings"

	"batchreport/schema"
)

// ValidName reports whether a name from a record leads to a place below DEST.
func ValidName(name string) bool { return fs.ValidPath(name) && name != "." }

// ValidJob tells the names that jobs get from all others, which could lead
// out of the destination.
func ValidJob(name string) bool {
	if hash, ok := strings.CutPrefix(name, sourcePrefix); ok {
		raw, err := hex.DecodeString(hash)
		return err == nil && len(raw) == sourceHash
	}
	id, rest := schema.SplitJob("job-" + name + "/")
	return id == name && rest == ""
}

// ValidFingerprint tells what fingerprint returns from all else.
func ValidFingerprint(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == fingerprintSize
}

// Fingerprint returns the fingerprint that a hash of at least 16 bytes gives.
func Fingerprint(hash []byte) string { return hex.EncodeToString(hash[:fingerprintSize]) }

// SourceName returns the name of a job without an id, by a hash of at least 8 bytes.
func SourceName(hash []byte) string { return sourcePrefix + hex.EncodeToString(hash[:sourceHash]) }

const fingerprintSize = 16 // bytes

const (
	sourcePrefix = "source-"
	sourceHash   = 8 // bytes
)
