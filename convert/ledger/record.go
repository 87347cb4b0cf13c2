package ledger

import (
	"context"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// RecordVersion is the version of the commit record's form.
const RecordVersion = 1

// Record is the commit record of a job: what the job's part of the table is made
// of. It is what DEST/_batchreport/<job>/commit.json holds.
type Record struct {
	Version       int    `json:"batchreport_record"` // RecordVersion; that of a Register with a commit under way may be another
	Program       string `json:"program"`            // that wrote it, with its version
	SchemaVersion int    `json:"schema_version"`     // schema.Version

	// Kind says what a row stands for, as Options does.
	Kind table.Kind `json:"kind,omitempty"`

	Job             string  `json:"job"`               // the name of its folder
	JobID           *string `json:"job_id"`            // nil if the report has none
	ReportCreatedAt *string `json:"report_created_at"` // RFC 3339; nil if the report has none
	// Fingerprint hashes inputs, options that change output, schema version and program.
	Fingerprint string     `json:"fingerprint"`
	Options     table.Spec `json:"options"`
	// Columns are the columns in the files, in order, with their Arrow types.
	Columns []RecordColumn `json:"columns"`

	Inputs  []Input  `json:"inputs"`
	Outputs []Part   `json:"outputs"`
	Rejects []Reject `json:"rejects"`
	Totals  Totals   `json:"totals"`
	// ErrorCodes counts the rows out by error_code; nil in records of versions that did
	// not count them.
	ErrorCodes *CodeCounts `json:"error_codes,omitempty"`
	// Replaces are files of older records, below DEST, that are to be deleted;
	// none once that is done.
	Replaces []string `json:"replaces,omitempty"`
	// Logged says that the table had a Delta log when the record was committed.
	Logged bool `json:"delta,omitempty"`
	// Kept are files of older records that stay for a while, since the table has a Delta log:
	// see deltalog.go.
	Kept []KeptFiles `json:"kept,omitempty"`
	// Supersedes are other units of the table that this one replaces as a whole; none
	// once they are gone. See unit.go.
	Supersedes []Unit `json:"supersedes,omitempty"`
}

// Files returns the names of all files that a record lists, below DEST.
func (r *Record) Files() []string {
	var names []string
	for _, p := range r.Outputs {
		names = append(names, p.Name)
	}
	for _, p := range r.Rejects {
		names = append(names, p.Name)
	}
	return names
}

// RecordColumn is a column of the files or of the path.
type RecordColumn struct {
	Name string `json:"name"`
	Type string `json:"type"` // as Arrow spells it: utf8, int32, timestamp[us, tz=UTC], …
}

// Input is a result file that was read.
type Input struct {
	Key  string `json:"key"`  // as in report_file
	Size int64  `json:"size"` // in bytes
	MD5  string `json:"md5"`  // in lower-case hex; empty for a stream
	// Verified is how its bytes were told to be those of that MD5: VerifiedMD5,
	// VerifiedETag or VerifiedNone. It is empty for a stream, which has no MD5,
	// and in records of versions that hashed everything.
	Verified Verification `json:"verified,omitempty"`

	Rows     int64 `json:"rows"`     // records in the file, without the rejected ones
	Rejected int64 `json:"rejected"` // records that could not be read
}

// Verification is how a result file was verified.
type Verification string

// The ways in which result files are verified.
const (
	VerifiedMD5  Verification = "md5"  // its bytes were hashed
	VerifiedETag Verification = "etag" // the store attested them: see storage.Attested
	VerifiedNone Verification = "none" // nothing but its size was compared
)

// Part is a file of the table.
type Part struct {
	Name string `json:"name"` // below DEST
	// Partition has a value for each partition column; nil is null.
	Partition []table.PartitionValue `json:"partition"`
	Bytes     int64                  `json:"bytes"` // its size
	Rows      int64                  `json:"rows"`
	CRC32     string                 `json:"crc32"` // of the bytes, as storage.Pending has it
	// Stats is what a Delta log says of the columns, by delta.FormatStats; empty where
	// nothing is known.
	Stats string `json:"stats,omitempty"`
}

// Reject is a file of rows that could not be read.
type Reject struct {
	Name  string `json:"name"`  // below DEST
	Bytes int64  `json:"bytes"` // its size, compressed
	Rows  int64  `json:"rows"`
	CRC32 string `json:"crc32"` // of the bytes, as storage.Pending has it
}

// Totals are sums over a job or over several.
type Totals struct {
	Files    int64 `json:"files"`    // result files that were read
	BytesIn  int64 `json:"bytes_in"` // of them
	RowsIn   int64 `json:"rows_in"`  // RowsOut + Merged + Rejected
	RowsOut  int64 `json:"rows_out"` // in the parts
	Rejected int64 `json:"rejected"` // rows that could not be read
	// Merged counts rows that have no row of their own in the table, since it has one for
	// their object.
	Merged   int64 `json:"merged,omitempty"`
	Parts    int64 `json:"parts"`     // that were written
	BytesOut int64 `json:"bytes_out"` // of the parts

	Succeeded int64 `json:"succeeded"` // rows out with that TaskStatus
	Failed    int64 `json:"failed"`
	// Contradicting counts rows whose TaskStatus is not the TaskExecutionStatus
	// that the manifest gives for their file.
	Contradicting int64 `json:"contradicting"`
	// Unverified counts files that were not verified, by Spec.VerifyInput.
	Unverified int64 `json:"unverified"`
	// Misfits counts values that did not fit the type of their extracted column
	// and are null there.
	Misfits int64 `json:"misfits"`
	// Recovered counts rows out that have a lone quote and end before the next row,
	// which they would have swallowed.
	Recovered int64 `json:"recovered,omitempty"`
}

// Add adds o to t.
func (t *Totals) Add(o Totals) {
	t.Files += o.Files
	t.BytesIn += o.BytesIn
	t.RowsIn += o.RowsIn
	t.RowsOut += o.RowsOut
	t.Rejected += o.Rejected
	t.Merged += o.Merged
	t.Parts += o.Parts
	t.BytesOut += o.BytesOut
	t.Succeeded += o.Succeeded
	t.Failed += o.Failed
	t.Contradicting += o.Contradicting
	t.Unverified += o.Unverified
	t.Misfits += o.Misfits
	t.Recovered += o.Recovered
}

// MaxRecordFile is the most bytes that are read of a register or a task's result:
// some 250 an entry, so room for more than a million result files or parts.
const MaxRecordFile = 512 << 20

// ReadRecords reads the commit records of all jobs below dest, in byte order of
// their names. A job whose first commit has not ended has none yet. One register
// that cannot be read or parsed is an error for all: see ParseRegister.
func ReadRecords(ctx context.Context, store storage.Store, dest string) ([]*Record, error) {
	jobs, err := Jobs(ctx, store, dest)
	if err != nil {
		return nil, err
	}
	var records []*Record
	for _, job := range jobs {
		name := RegisterName(dest, job)
		data, _, err := store.Get(ctx, name, MaxRecordFile)
		if err != nil {
			return nil, err
		}
		r, err := ParseRegister(name, data)
		if err != nil {
			return nil, err
		}
		if r.Fingerprint != "" {
			records = append(records, &r.Record)
		}
	}
	return withoutSuperseded(records), nil
}
