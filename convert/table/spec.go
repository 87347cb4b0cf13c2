package table

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
)

// Format is the format of a part.
type Format string

// The formats of a part.
const (
	Parquet Format = "parquet"
	NDJSON  Format = "ndjson"
)

// RawMessage says when result_message is kept.
type RawMessage string

// The ways to keep result_message.
const (
	// RawAuto leaves it null where prefix and result_json are the message byte for byte.
	RawAuto RawMessage = "auto"
	RawKeep RawMessage = "keep"
	RawDrop RawMessage = "drop"
)

// VerifyInput says how result files are verified.
type VerifyInput string

// The ways to verify result files.
const (
	// VerifyAuto takes what the store attests for proof (storage.Attested), as S3
	// does by the ETag, and hashes all other files.
	VerifyAuto VerifyInput = "auto"
	// VerifyMD5 hashes every file.
	VerifyMD5 VerifyInput = "md5"
	// VerifyNone verifies nothing but the size.
	VerifyNone VerifyInput = "none"
)

// Spec says what a table is: what a plan and a commit record carry of the options.
// The zero value of a field means its default.
type Spec struct {
	// Columns are the columns of the table; default all.
	Columns []schema.Column `json:"columns"`
	// Extract are further columns, made of fields of JSON payloads; default none.
	Extract []schema.Extract `json:"extract,omitempty"`
	// PartitionBy are the columns that live in the path, in order; nil means
	// job_id and task_status, an empty slice none.
	PartitionBy []schema.Column `json:"partition_by"`
	// WritePartitionColumns keeps the columns of the path in the file too.
	WritePartitionColumns bool `json:"write_partition_columns"`
	// NullPartition is the value in the path that stands for null; default HiveNull.
	NullPartition string `json:"null_partition"`
	// KeyEncoding is how keys are encoded in the report; default form.
	KeyEncoding schema.KeyEncoding `json:"key_encoding"`
	// RawMessage is RawAuto (default), RawKeep or RawDrop.
	RawMessage RawMessage `json:"raw_message"`

	// Format is Parquet (default) or NDJSON.
	Format Format `json:"format"`
	// Compression is Zstd (default), Snappy, Gzip or None.
	Compression Compression `json:"compression"`
	// Level is the codec's level, 1 to 22 for zstd, 1 to 9 for gzip; 0 means
	// the default, 1 for zstd and 6 for gzip.
	Level int `json:"level"`
	// TargetFileSize is the size in bytes at which a part is closed and the next
	// begun; default 256 MiB.
	TargetFileSize int64 `json:"target_file_size"`
	// TaskSize is about how many bytes of result files make a task; default 1 GiB.
	TaskSize int64 `json:"task_size"`
	// MaxRecordBytes is the length above which a record is rejected; default
	// 16 MiB, at least 64 KiB.
	MaxRecordBytes int `json:"max_record_bytes"`
	// Bloom names the columns that have bloom filters, columns of the files whose
	// numbers have no fraction; default none. For Parquet only.
	Bloom []string `json:"bloom,omitempty"`
	// SortBy names the columns, of the files or of the path, by which the rows of
	// each partition of a task are in ascending order: strings byte by byte, nulls
	// last, equal rows as they were read; default none.
	SortBy []string `json:"sort_by,omitempty"`
	// MaxOpenParts is how many parts are written at once; default 100. One more
	// closes the largest, and its partition goes on in a new part.
	MaxOpenParts int `json:"max_open_parts"`

	// MaxPartitions is how many partitions a job may have; default 1000.
	MaxPartitions int `json:"max_partitions,omitempty"`
	// MaxRejects is how many unreadable rows a job may have; -1 means any number.
	MaxRejects int64 `json:"max_rejects,omitempty"`
	// VerifyInput is how result files are verified: VerifyAuto (default),
	// VerifyMD5 or VerifyNone.
	VerifyInput VerifyInput `json:"verify_input,omitempty"`
}

// WithDefaults returns a copy with every default filled in.
func (s Spec) WithDefaults() Spec {
	if s.Columns == nil {
		s.Columns = schema.AllColumns()
	}
	if s.PartitionBy == nil {
		s.PartitionBy = []schema.Column{schema.JobID, schema.TaskStatus}
	}
	s.NullPartition = cmp.Or(s.NullPartition, HiveNull)
	s.RawMessage = cmp.Or(s.RawMessage, RawAuto)
	if s.RawMessage == RawAuto && !(slices.Contains(s.Columns, schema.ResultJSON) && slices.Contains(s.Columns, schema.ResultKind)) {
		s.RawMessage = RawKeep // nothing to rebuild the message from
	}
	s.Format = cmp.Or(s.Format, Parquet)
	s.Compression = cmp.Or(s.Compression, Zstd)
	if s.Level == 0 {
		// zstd 3 costs 44 % more CPU for 4 % less size.
		s.Level = map[Compression]int{Zstd: 1, Gzip: 6}[s.Compression]
	}
	// Large enough that Athena's cost of opening a file does not matter, small
	// enough that several of its readers share a job.
	s.TargetFileSize = cmp.Or(s.TargetFileSize, 256<<20)
	// Some seconds of work: what a lost machine costs.
	s.TaskSize = cmp.Or(s.TaskSize, 1<<30)
	s.MaxRecordBytes = cmp.Or(s.MaxRecordBytes, 16<<20)
	// An S3 part holds up to 8 MiB back, a local one a file descriptor.
	s.MaxOpenParts = cmp.Or(s.MaxOpenParts, 100)
	s.MaxPartitions = cmp.Or(s.MaxPartitions, 1000)
	s.VerifyInput = cmp.Or(s.VerifyInput, VerifyAuto)
	return s
}

// Validate reports everything that is wrong with the spec.
func (s Spec) Validate() error {
	s = s.WithDefaults()
	var errs []error
	check := func(ok bool, message string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(message, args...))
		}
	}
	check(len(s.Columns) > 0, "columns: at least one is needed")
	for i, c := range s.PartitionBy {
		check(slices.Contains(schema.PartitionColumns(), c), "partition-by: %s cannot partition a table", c)
		check(!slices.Contains(s.PartitionBy[:i], c), "partition-by: %s is named twice", c)
	}
	for i, e := range s.Extract {
		check(!slices.ContainsFunc(s.Extract[:i], func(other schema.Extract) bool { return other.Name == e.Name }), "extract: column %s is named twice", e.Name)
	}
	check(s.FileSchema().NumFields() > 0, "columns: all of them are partition columns, so the files would have none")
	check(Escape(s.NullPartition) == s.NullPartition && len(s.NullPartition) <= maxNullPartition,
		"null-partition: %.40q cannot stand in a folder's name, or is longer than %d bytes", s.NullPartition, maxNullPartition)
	check(slices.Contains([]RawMessage{RawAuto, RawKeep, RawDrop}, s.RawMessage), "raw-message: %q is none of auto, keep, drop", s.RawMessage)
	switch s.Format {
	case Parquet:
		check(slices.Contains([]Compression{Zstd, Snappy, Gzip, None}, s.Compression), "compression: %q is none of zstd, snappy, gzip, none", s.Compression)
	case NDJSON:
		check(slices.Contains([]Compression{Zstd, Gzip, None}, s.Compression), "compression: %q is none of zstd, gzip, none, which ndjson can have", s.Compression)
	default:
		check(false, "format: %q is none of parquet, ndjson", s.Format)
	}
	errs = append(errs, s.validateBloom()...)
	errs = append(errs, s.validateSortBy()...)
	switch s.Compression {
	case Zstd:
		check(s.Level >= 1 && s.Level <= 22, "level: zstd has 1 to 22, not %d", s.Level)
	case Gzip:
		check(s.Level >= 1 && s.Level <= 9, "level: gzip has 1 to 9, not %d", s.Level)
	default:
		check(s.Level == 0, "level: %s has none", s.Compression)
	}
	check(s.TargetFileSize > 0, "target-file-size: must be positive")
	check(s.TaskSize > 0, "task-size: must be positive")
	check(s.MaxRecordBytes >= minRecordBytes && s.MaxRecordBytes <= MaxRecordBytes, "max-record-bytes: must be from %d to %d", minRecordBytes, MaxRecordBytes)
	check(s.MaxOpenParts > 0, "max-open-parts: must be positive")
	check(s.MaxPartitions > 0, "max-partitions: must be positive")
	check(s.MaxRejects >= -1, "max-rejects: must be -1 or more")
	check(slices.Contains([]VerifyInput{VerifyAuto, VerifyMD5, VerifyNone}, s.VerifyInput), "verify-input: %q is none of auto, md5, none", s.VerifyInput)
	return errors.Join(errs...)
}

func (s Spec) validateBloom() (errs []error) {
	if len(s.Bloom) > 0 && s.Format == NDJSON {
		errs = append(errs, errors.New("bloom: ndjson has no bloom filters"))
	}
	for i, name := range s.Bloom {
		field, ok := s.FileSchema().FieldsByName(name)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("bloom: the files have no column %s", name))
		case !hasBloom(field[0].Type):
			errs = append(errs, fmt.Errorf("bloom: %s has numbers with a fraction, which are not looked up", name))
		case slices.Contains(s.Bloom[:i], name):
			errs = append(errs, fmt.Errorf("bloom: %s is named twice", name))
		}
	}
	return errs
}

func (s Spec) validateSortBy() (errs []error) {
	columns := schema.Arrow(s.BatchColumns(), s.Extract...)
	for i, name := range s.SortBy {
		if !columns.HasField(name) {
			errs = append(errs, fmt.Errorf("sort-by: the table has no column %s", name))
		} else if slices.Contains(s.SortBy[:i], name) {
			errs = append(errs, fmt.Errorf("sort-by: %s is named twice", name))
		}
	}
	return errs
}

// The bounds of MaxRecordBytes: a block is never larger than a record may be,
// and a column of a record batch holds less than 2 GiB.
const (
	minRecordBytes = 64 << 10
	MaxRecordBytes = 256 << 20
)

// OfOutput returns the spec without what does not change the parts: rejects,
// partitions and verification are bounds that a run keeps or fails.
func (s Spec) OfOutput() Spec {
	s.MaxPartitions, s.MaxRejects, s.VerifyInput = 0, 0, ""
	return s
}

// FileSchema is the schema of the files: the table's columns but for those in
// the path, and the extracted ones.
func (s Spec) FileSchema() *arrow.Schema { return schema.Arrow(s.DataColumns(), s.Extract...) }

// DataColumns are the columns of the table in the file, in the table's order.
func (s Spec) DataColumns() []schema.Column {
	cols := slices.Clone(s.Columns)
	for _, c := range s.PartitionBy {
		if s.WritePartitionColumns {
			cols = append(cols, c)
		} else {
			cols = slices.DeleteFunc(cols, func(have schema.Column) bool { return have == c })
		}
	}
	slices.Sort(cols)
	return slices.Compact(cols)
}

// BatchColumns are the columns of the record batches: those in the files and
// those that partition.
func (s Spec) BatchColumns() []schema.Column {
	cols := slices.Concat(s.Columns, s.PartitionBy)
	slices.Sort(cols)
	return slices.Compact(cols)
}

// hasBloom reports whether columns of that type can have a bloom filter. Numbers
// with a fraction cannot: zeros of either sign are equal, but not their hashes.
func hasBloom(t arrow.DataType) bool { return t.ID() != arrow.FLOAT64 }
