package table

import (
	"cmp"
	"slices"

	"batchreport/schema"
)

// RawMessage says when result_message is kept.
type RawMessage string

// The ways to keep result_message.
const (
	// RawAuto leaves it null where prefix and result_json are the message byte for byte.
	RawAuto RawMessage = "auto"
	// RawKeep keeps it in every row.
	RawKeep RawMessage = "keep"
	// RawDrop leaves it null in every row.
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

// Kind is what a row of a table stands for.
type Kind string

// The kinds of tables.
const (
	Report  Kind = ""        // a row of a report
	Outcome Kind = "outcome" // an object, and what it has come to over several jobs
)

// Columns returns the columns that a table of the kind can have, in order.
func (k Kind) Columns() []schema.Column {
	if k == Outcome {
		return schema.OutcomeColumns()
	}
	return schema.AllColumns()
}

// PartitionColumns returns the columns that a table of the kind can be partitioned by.
func (k Kind) PartitionColumns() []schema.Column {
	if k == Outcome {
		return []schema.Column{schema.FinalStatus}
	}
	return schema.PartitionColumns()
}

// Spec says what a table is. It is that part of the options of a conversion which
// plans and commit records carry, so a change of its JSON is a change of their
// form. Two runs of one program over the same input write the same bytes if their
// OfOutput is the same.
//
// The zero value of a field means its default.
type Spec struct {
	// Kind is what a row stands for; default Report.
	Kind Kind `json:"kind,omitempty"`
	// Rules is the version of the rules of causes where the table has columns of them.
	Rules int `json:"cause_rules,omitempty"`
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
	// numbers have no fraction; nil means key and request_id, as far as they are in the
	// files, an empty slice none. For Parquet only.
	Bloom []string `json:"bloom,omitzero"`
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
		s.Columns = s.Kind.Columns()
	}
	if s.PartitionBy == nil && s.Kind == Outcome {
		s.PartitionBy = s.Kind.PartitionColumns()
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
	if s.Bloom == nil && s.Format == Parquet {
		s.Bloom = s.defaultBloom()
	}
	s.VerifyInput = cmp.Or(s.VerifyInput, VerifyAuto)
	return s
}

// defaultBloom returns the columns that have filters where nobody says which: those by
// which one object or one request is looked for among all. Filters add 1.6 % to a table,
// and so to what everything costs that is read of it whole; without them such a
// query reads the whole table, with them a twentieth of it, and less of a larger one. They
// are worth it where one query in sixty is such a one.
func (s Spec) defaultBloom() []string {
	return slices.DeleteFunc([]string{schema.Key.String(), schema.RequestID.String()},
		func(name string) bool { return !s.FileSchema().HasField(name) })
}

// AsOf returns the specs that a run of another schema.Version can have had that was given
// the same options: all columns were all of that version, and before version 3 there were
// no filters by default. The spec has its defaults.
func (s Spec) AsOf(version int) []Spec {
	if slices.Equal(s.Columns, s.Kind.Columns()) {
		s.Columns = slices.DeleteFunc(s.Kind.Columns(), func(c schema.Column) bool { return c.Since() > version })
	}
	if version >= 3 {
		return []Spec{s}
	}
	without := s
	without.Bloom = nil
	switch {
	case len(s.Bloom) == 0:
		return []Spec{without}
	case slices.Equal(s.Bloom, s.defaultBloom()):
		return []Spec{s, without}
	}
	return []Spec{s}
}

// OfOutput returns the spec without what does not change the files: MaxRejects,
// MaxPartitions and VerifyInput are bounds that a run keeps or fails.
func (s Spec) OfOutput() Spec {
	s.MaxPartitions, s.MaxRejects, s.VerifyInput = 0, 0, ""
	return s
}
