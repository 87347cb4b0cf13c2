package table

import (
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
)

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
	check(s.Kind == Report || s.Kind == Outcome, "kind: %q is not known", s.Kind)
	for i, c := range s.Columns {
		check(slices.Contains(s.Kind.Columns(), c), "columns: a table of this kind has no column %s", c)
		check(!slices.Contains(s.Columns[:i], c), "columns: %s is named twice", c)
	}
	for i, c := range s.PartitionBy {
		check(slices.Contains(s.Kind.PartitionColumns(), c), "partition-by: %s cannot partition a table", c)
		check(!slices.Contains(s.PartitionBy[:i], c), "partition-by: %s is named twice", c)
	}
	for i, e := range s.Extract {
		check(e.String() != "", "extract: column %q is not from schema.ParseExtract", e.Name)
		check(!slices.ContainsFunc(s.Extract[:i], func(other schema.Extract) bool { return other.Name == e.Name }), "extract: column %s is named twice", e.Name)
		_, err := schema.ParseColumn(e.Name, s.Kind.Columns())
		check(err != nil, "extract: the table has a column %s already", e.Name)
	}
	check(s.FileSchema().NumFields() > 0, "columns: all of them are partition columns, so the files would have none")
	check(escape(s.NullPartition) == s.NullPartition && len(s.NullPartition) <= maxNullPartition,
		"null-partition: %.40q cannot stand in a folder's name, or is longer than %d bytes", s.NullPartition, maxNullPartition)
	check(slices.Contains([]RawMessage{RawAuto, RawKeep, RawDrop}, s.RawMessage), "raw-message: %q is none of auto, keep, drop%s", s.RawMessage, schema.DidYouMean(string(s.RawMessage), "auto", "keep", "drop"))
	switch s.Format {
	case Parquet:
		check(slices.Contains([]Compression{Zstd, Snappy, Gzip, None}, s.Compression), "compression: %q is none of zstd, snappy, gzip, none%s", s.Compression, schema.DidYouMean(string(s.Compression), "zstd", "snappy", "gzip", "none"))
	case NDJSON:
		check(slices.Contains([]Compression{Zstd, Gzip, None}, s.Compression), "compression: %q is none of zstd, gzip, none, which ndjson can have%s", s.Compression, schema.DidYouMean(string(s.Compression), "zstd", "gzip", "none"))
	default:
		check(false, "format: %q is none of parquet, ndjson%s", s.Format, schema.DidYouMean(string(s.Format), "parquet", "ndjson"))
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
	check(s.MaxRecordBytes >= minRecordBytes && s.MaxRecordBytes <= maxRecordBytes, "max-record-bytes: must be from %d to %d", minRecordBytes, maxRecordBytes)
	check(s.MaxOpenParts > 0, "max-open-parts: must be positive")
	check(s.MaxPartitions > 0, "max-partitions: must be positive")
	check(s.MaxRejects >= -1, "max-rejects: must be -1 or more")
	check(slices.Contains([]VerifyInput{VerifyAuto, VerifyMD5, VerifyNone}, s.VerifyInput), "verify-input: %q is none of auto, md5, none%s", s.VerifyInput, schema.DidYouMean(string(s.VerifyInput), "auto", "md5", "none"))
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
			errs = append(errs, fmt.Errorf("bloom: the files have no column %s%s", name, schema.DidYouMean(name, fieldNames(s.FileSchema())...)))
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
			errs = append(errs, fmt.Errorf("sort-by: the table has no column %s%s", name, schema.DidYouMean(name, fieldNames(columns)...)))
		} else if slices.Contains(s.SortBy[:i], name) {
			errs = append(errs, fmt.Errorf("sort-by: %s is named twice", name))
		}
	}
	return errs
}

// fieldNames returns the names of a schema's columns.
func fieldNames(s *arrow.Schema) []string {
	names := make([]string, s.NumFields())
	for i, f := range s.Fields() {
		names[i] = f.Name
	}
	return names
}

// hasBloom reports whether columns of that type can have a bloom filter. Numbers
// with a fraction cannot: zeros of either sign are equal, but not their hashes.
func hasBloom(t arrow.DataType) bool { return t.ID() != arrow.FLOAT64 }

// minRecordBytes and maxRecordBytes bound Spec.MaxRecordBytes: a block is never
// larger than a record may be, and a column of a record batch holds less than 2 GiB.
const (
	minRecordBytes = 64 << 10
	maxRecordBytes = 256 << 20
)
