package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
	"batchreport/schema"
)

// settings are what the environment says.
type settings struct {
	dest     string
	options  convert.Options
	s3       s3.Options
	maxSize  int64  // of the result files of a report that is begun, in bytes; 0 is what the time is expected to be enough for
	memory   int    // of the function, in MB
	machine  string // the ARN of the state machine for reports that are too large; empty where there is none
	logLevel slog.Level
	asJSON   bool // whether messages are JSON
}

// prefix begins the names of all variables that are settings.
const prefix = "BATCHREPORT_"

// newSettings reads the settings in an environment of the form name=value, and reports
// everything that is wrong with them.
func newSettings(environ []string) (settings, error) {
	s := settings{memory: oneCPU}
	known := variables(&s)
	var names []string
	for _, v := range known {
		names = append(names, v.name)
	}
	var errs []error
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		i := slices.IndexFunc(known, func(v variable) bool { return v.name == name })
		switch {
		case i < 0 && strings.HasPrefix(name, prefix):
			errs = append(errs, fmt.Errorf("%s is no setting of this function%s", name, meant(name, names)))
		case i >= 0 && value != "":
			if err := known[i].set(value); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	if s.dest == "" && len(errs) == 0 {
		errs = append(errs, errors.New("BATCHREPORT_DEST is missing: the s3:// address of the table"))
	}
	if s.memory < leastMemory {
		errs = append(errs, fmt.Errorf("the function has %d MB of memory, and needs %d MB at least", s.memory, leastMemory))
	}
	s.options.Workers = s.workers()
	s.options.Version = program
	return s, errors.Join(append(errs, s.options.Validate(), s.s3.Validate())...)
}

// meant says which of several names was most likely meant by another.
func meant(name string, names []string) string {
	short := make([]string, 0, len(names))
	for _, n := range names {
		if after, ok := strings.CutPrefix(n, prefix); ok {
			short = append(short, after)
		}
	}
	if near := schema.Nearest(strings.TrimPrefix(name, prefix), short...); near != "" {
		return "; did you mean " + prefix + near + "?"
	}
	return ""
}

// variable is a setting in the environment.
type variable struct {
	name string
	set  func(text string) error
}

// variables returns all variables that are settings. What has the name of a flag of
// batchreport convert takes the same values as that.
func variables(s *settings) []variable {
	o := &s.options
	return []variable{
		{"BATCHREPORT_DEST", s.setDest},
		{"BATCHREPORT_MAX_SIZE", values.Size(&s.maxSize)},
		{"BATCHREPORT_STATE_MACHINE", s.setMachine},

		{"BATCHREPORT_COLUMNS", values.Columns(&o.Columns, schema.AllColumns())},
		{"BATCHREPORT_EXTRACT", values.Extract(&o.Extract)},
		{"BATCHREPORT_PARTITION_BY", values.Columns(&o.PartitionBy, schema.PartitionColumns())},
		{"BATCHREPORT_WRITE_PARTITION_COLUMNS", yes(&o.WritePartitionColumns)},
		{"BATCHREPORT_NULL_PARTITION", values.Word(&o.NullPartition)},
		{"BATCHREPORT_KEY_ENCODING", func(text string) error { return o.KeyEncoding.UnmarshalText([]byte(text)) }},
		{"BATCHREPORT_RAW_MESSAGE", values.Word(&o.RawMessage)},
		{"BATCHREPORT_FORMAT", values.Word(&o.Format)},
		{"BATCHREPORT_COMPRESSION", values.Word(&o.Compression)},
		{"BATCHREPORT_LEVEL", number(&o.Level)},
		{"BATCHREPORT_TARGET_FILE_SIZE", values.Size(&o.TargetFileSize)},
		{"BATCHREPORT_TASK_SIZE", values.Size(&o.TaskSize)},
		{"BATCHREPORT_BLOOM", values.Names(&o.Bloom)},
		{"BATCHREPORT_SORT_BY", values.Names(&o.SortBy)},
		{"BATCHREPORT_VERIFY_INPUT", values.Word(&o.VerifyInput)},
		{"BATCHREPORT_MAX_REJECTS", number(&o.MaxRejects)},
		{"BATCHREPORT_MAX_RECORD_BYTES", values.Size(&o.MaxRecordBytes)},
		{"BATCHREPORT_MAX_PARTITIONS", number(&o.MaxPartitions)},
		{"BATCHREPORT_MAX_OPEN_PARTS", number(&o.MaxOpenParts)},
		{"BATCHREPORT_MIXED_LAYOUT", yes(&o.MixedLayout)},

		{"BATCHREPORT_REQUESTER_PAYS", yes(&s.s3.RequesterPays)},
		{"BATCHREPORT_EXPECTED_BUCKET_OWNER", values.Word(&s.s3.ExpectedBucketOwner)},
		{"BATCHREPORT_READ_AHEAD", values.Size(&s.s3.ReadAhead)},
		{"BATCHREPORT_SSE", values.Word(&s.s3.SSE)},
		{"BATCHREPORT_SSE_KMS_KEY_ID", values.Word(&s.s3.SSEKMSKeyID)},
		{"BATCHREPORT_STORAGE_CLASS", values.Word(&s.s3.StorageClass)},

		// These are Lambda's own.
		{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", number(&s.memory)},
		{"AWS_LAMBDA_LOG_LEVEL", s.setLogLevel},
		{"AWS_LAMBDA_LOG_FORMAT", func(text string) error { s.asJSON = strings.EqualFold(text, "JSON"); return nil }},
	}
}

func (s *settings) setDest(text string) (err error) {
	s.dest, err = storage.ParseAddress("the destination", text)
	if err == nil && !storage.IsS3(s.dest) {
		return fmt.Errorf("%s is no s3:// address, and a folder of the function is lost with it", storage.Shown(text))
	}
	return err
}

// setLogLevel takes the words that Lambda has: two more than slog.
func (s *settings) setLogLevel(text string) error {
	text = strings.ToUpper(text)
	return s.logLevel.UnmarshalText([]byte(cmp.Or(map[string]string{"TRACE": "DEBUG", "FATAL": "ERROR"}[text], text)))
}
