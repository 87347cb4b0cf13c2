package convert

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
)

// The formats of a part.
const (
	Parquet = "parquet"
	NDJSON  = "ndjson"
)

// The codecs of a part. Snappy is for Parquet only.
const (
	Zstd   = "zstd"
	Snappy = "snappy"
	Gzip   = "gzip"
	None   = "none"
)

// The ways to keep result_message.
const (
	// RawAuto leaves it null where prefix and result_json are the message byte for byte.
	RawAuto = "auto"
	RawKeep = "keep"
	RawDrop = "drop"
)

// HiveNull is the partition value that stands for null in Hive's layout.
const HiveNull = "__HIVE_DEFAULT_PARTITION__"

// Options say what the table looks like and how it is made. The zero value of a
// field means its default.
type Options struct {
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
	RawMessage string `json:"raw_message"`

	// Format is Parquet (default) or NDJSON.
	Format string `json:"format"`
	// Compression is Zstd (default), Snappy, Gzip or None.
	Compression string `json:"compression"`
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
	VerifyInput string `json:"verify_input,omitempty"`
	// Workers is how many normalizers and encoders run at once; default
	// GOMAXPROCS. The output does not depend on it.
	Workers int `json:"-"`
	// TempDir is the folder for rows to be sorted that memory has no room for;
	// default os.TempDir.
	TempDir string `json:"-"`
	// Force converts again what the commit record says is done.
	Force bool `json:"-"`

	// DryRun reads what there is, says what would be done, and changes nothing.
	DryRun bool `json:"-"`

	// Version is the program's version, for created_by and the fingerprint.
	Version string `json:"-"`
	// Log takes warnings and debug messages; default none.
	Log *slog.Logger `json:"-"`
	// OnPlan, if set, is called once with the number of bytes to read.
	OnPlan func(bytes int64) `json:"-"`
	// OnRead, if set, is called with the number of bytes just read, never by two
	// goroutines at once.
	OnRead func(bytes int) `json:"-"`
}

// withDefaults returns a copy with every default filled in.
func (o Options) withDefaults() Options {
	if o.Columns == nil {
		o.Columns = schema.AllColumns()
	}
	if o.PartitionBy == nil {
		o.PartitionBy = []schema.Column{schema.JobID, schema.TaskStatus}
	}
	if o.NullPartition == "" {
		o.NullPartition = HiveNull
	}
	o.RawMessage = or(o.RawMessage, RawAuto)
	if o.RawMessage == RawAuto && !(slices.Contains(o.Columns, schema.ResultJSON) && slices.Contains(o.Columns, schema.ResultKind)) {
		o.RawMessage = RawKeep // nothing to rebuild the message from
	}
	o.Format = or(o.Format, Parquet)
	o.Compression = or(o.Compression, Zstd)
	if o.Level == 0 {
		// zstd 3 costs 44 % more CPU for 4 % less size.
		o.Level = map[string]int{Zstd: 1, Gzip: 6}[o.Compression]
	}
	// Large enough that Athena's cost of opening a file does not matter, small
	// enough that several of its readers share a job.
	o.TargetFileSize = or(o.TargetFileSize, 256<<20)
	// Some seconds of work: what a lost machine costs.
	o.TaskSize = or(o.TaskSize, 1<<30)
	o.MaxRecordBytes = or(o.MaxRecordBytes, 16<<20)
	// An S3 part holds up to 8 MiB back, a local one a file descriptor.
	o.MaxOpenParts = or(o.MaxOpenParts, 100)
	o.MaxPartitions = or(o.MaxPartitions, 1000)
	o.VerifyInput = or(o.VerifyInput, VerifyAuto)
	o.Workers = or(o.Workers, runtime.GOMAXPROCS(0))
	o.Version = or(o.Version, "devel")
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnPlan == nil {
		o.OnPlan = func(int64) {}
	}
	if o.OnRead == nil {
		o.OnRead = func(int) {}
	}
	return o
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Validate reports everything that is wrong with the options.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	check := func(ok bool, message string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(message, args...))
		}
	}
	check(len(o.Columns) > 0, "columns: at least one is needed")
	for i, c := range o.PartitionBy {
		check(slices.Contains(schema.PartitionColumns(), c), "partition-by: %s cannot partition a table", c)
		check(!slices.Contains(o.PartitionBy[:i], c), "partition-by: %s is named twice", c)
	}
	for i, e := range o.Extract {
		check(!slices.ContainsFunc(o.Extract[:i], func(other schema.Extract) bool { return other.Name == e.Name }), "extract: column %s is named twice", e.Name)
	}
	check(o.fileSchema().NumFields() > 0, "columns: all of them are partition columns, so the files would have none")
	check(escapeHive(o.NullPartition) == o.NullPartition && len(o.NullPartition) <= maxNullPartition,
		"null-partition: %.40q cannot stand in a folder's name, or is longer than %d bytes", o.NullPartition, maxNullPartition)
	check(slices.Contains([]string{RawAuto, RawKeep, RawDrop}, o.RawMessage), "raw-message: %q is none of auto, keep, drop", o.RawMessage)
	switch o.Format {
	case Parquet:
		check(slices.Contains([]string{Zstd, Snappy, Gzip, None}, o.Compression), "compression: %q is none of zstd, snappy, gzip, none", o.Compression)
	case NDJSON:
		check(slices.Contains([]string{Zstd, Gzip, None}, o.Compression), "compression: %q is none of zstd, gzip, none, which ndjson can have", o.Compression)
	default:
		check(false, "format: %q is none of parquet, ndjson", o.Format)
	}
	errs = append(errs, o.validateBloom()...)
	errs = append(errs, o.validateSortBy()...)
	switch o.Compression {
	case Zstd:
		check(o.Level >= 1 && o.Level <= 22, "level: zstd has 1 to 22, not %d", o.Level)
	case Gzip:
		check(o.Level >= 1 && o.Level <= 9, "level: gzip has 1 to 9, not %d", o.Level)
	default:
		check(o.Level == 0, "level: %s has none", o.Compression)
	}
	check(o.TargetFileSize > 0, "target-file-size: must be positive")
	check(o.TaskSize > 0, "task-size: must be positive")
	check(o.MaxRecordBytes >= minRecordBytes && o.MaxRecordBytes <= maxRecordBytes, "max-record-bytes: must be from %d to %d", minRecordBytes, maxRecordBytes)
	check(o.MaxOpenParts > 0, "max-open-parts: must be positive")
	check(o.MaxPartitions > 0, "max-partitions: must be positive")
	check(o.MaxRejects >= -1, "max-rejects: must be -1 or more")
	check(slices.Contains([]string{VerifyAuto, VerifyMD5, VerifyNone}, o.VerifyInput), "verify-input: %q is none of auto, md5, none", o.VerifyInput)
	check(o.Workers > 0, "workers: must be positive")
	return errors.Join(errs...)
}

func (o Options) validateBloom() (errs []error) {
	if len(o.Bloom) > 0 && o.Format == NDJSON {
		errs = append(errs, errors.New("bloom: ndjson has no bloom filters"))
	}
	for i, name := range o.Bloom {
		field, ok := o.fileSchema().FieldsByName(name)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("bloom: the files have no column %s", name))
		case !hasBloom(field[0].Type):
			errs = append(errs, fmt.Errorf("bloom: %s has numbers with a fraction, which are not looked up", name))
		case slices.Contains(o.Bloom[:i], name):
			errs = append(errs, fmt.Errorf("bloom: %s is named twice", name))
		}
	}
	return errs
}

func (o Options) validateSortBy() (errs []error) {
	columns := schema.Arrow(o.batchColumns(), o.Extract...)
	for i, name := range o.SortBy {
		if !columns.HasField(name) {
			errs = append(errs, fmt.Errorf("sort-by: the table has no column %s", name))
		} else if slices.Contains(o.SortBy[:i], name) {
			errs = append(errs, fmt.Errorf("sort-by: %s is named twice", name))
		}
	}
	return errs
}

// The bounds of MaxRecordBytes: a block is never larger than a record may be,
// and a column of a record batch holds less than 2 GiB.
const (
	minRecordBytes = 64 << 10
	maxRecordBytes = 256 << 20
)

// ofOutput returns the options without those that do not change output.
func (o Options) ofOutput() Options {
	o.MaxPartitions, o.MaxRejects, o.VerifyInput = 0, 0, ""
	return o
}

// of returns the options of a plan with those of the run that does it, which do
// not go with the plan.
func (o Options) of(plan Options) Options {
	run := o
	o = plan
	o.Workers, o.Force, o.DryRun, o.Version, o.Log, o.OnPlan, o.OnRead = run.Workers, run.Force, run.DryRun, run.Version, run.Log, run.OnPlan, run.OnRead
	o.TempDir = run.TempDir
	return o.withDefaults()
}

// fileSchema is the schema of the files: the table's columns but for those in
// the path, and the extracted ones.
func (o Options) fileSchema() *arrow.Schema { return schema.Arrow(o.dataColumns(), o.Extract...) }

// dataColumns are the columns of the table in the file, in the table's order.
func (o Options) dataColumns() []schema.Column {
	cols := slices.Clone(o.Columns)
	for _, c := range o.PartitionBy {
		if o.WritePartitionColumns {
			cols = append(cols, c)
		} else {
			cols = slices.DeleteFunc(cols, func(have schema.Column) bool { return have == c })
		}
	}
	slices.Sort(cols)
	return slices.Compact(cols)
}
