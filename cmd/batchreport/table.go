package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// table adds the flags that say what the table is, which are those that go into a
// plan. Where a flag is not given, o keeps its zero value, which means the default.
func (c *commandFlags) table(o *convert.Options) {
	c.group("Table", func(f *pflag.FlagSet) {
		f.Func("columns", "comma-separated `COLUMNS` of the table; may be repeated (default all)", values.Columns(&o.Columns, schema.AllColumns()))
		bindExtract(f, &o.Extract)
		f.Func("partition-by", "comma-separated `COLUMNS` that make folders, or none: any of job_id, task_status, error_code, bucket, http_status_code, result_kind, report_date; may be repeated (default job_id,task_status)",
			values.PartitionColumns(&o.PartitionBy, schema.PartitionColumns()))
		bindPathColumns(f, o)
		bindKeyEncoding(f, &o.KeyEncoding)
		bindRawMessage(f, &o.RawMessage)
	})
	c.group("Files", func(f *pflag.FlagSet) {
		bindFiles(f, o)
		f.Func("task-size", "`SIZE` in bytes of result files that make a task, and so at least one file (default 1GiB)", values.Size(&o.TaskSize))
		bindBloom(f, &o.Bloom)
		f.Func("sort-by", "comma-separated `COLUMNS`, such as key or error_code,key, by which the rows of each folder are sorted within a task: nulls last, equal rows as they were read; may be repeated (default none)", values.Names(&o.SortBy))
	})
	c.group("Input", func(f *pflag.FlagSet) {
		bindVerifyInput(f, &o.VerifyInput, "the commit record says which")
	})
	c.group("Limits", func(f *pflag.FlagSet) {
		f.Int64Var(&o.MaxRejects, "max-rejects", 0, "`NUMBER` of rows that cannot be read which a job may have; they are rejected, to a file of their own; -1 for any number (default 0)")
		bindMaxRecordBytes(f, &o.MaxRecordBytes)
		f.Func("max-partitions", "`NUMBER` of folders a job may make (default 1000)", values.Count(&o.MaxPartitions))
		f.Func("max-open-parts", "`NUMBER` of files that are written at once (default 100)", values.Count(&o.MaxOpenParts))
	})
}

// The flags that tables of reports and of outcomes share.

func bindExtract(f *pflag.FlagSet, to *[]schema.Extract) {
	f.Func("extract", "another column, made of a field of JSON payloads: `COLUMN=JSONPATH[:TYPE]`, such as size=$.bytes:int64; may be repeated; TYPE is string, int64, float64 or timestamp (default no such column; TYPE string)",
		values.Extract(to))
}

func bindPathColumns(f *pflag.FlagSet, o *convert.Options) {
	f.BoolVar(&o.WritePartitionColumns, "write-partition-columns", false, "write the columns of the folders into the files too")
	f.StringVar(&o.NullPartition, "null-partition", "", "`VALUE` that stands for null in a folder's name (default "+table.HiveNull+")")
}

func bindRawMessage(f *pflag.FlagSet, to *table.RawMessage) {
	f.Func("raw-message", "`WHEN` to keep result_message: auto (where it says more than result_json and the fixed words of its kind), keep (in every row) or drop (in none) (default auto)", values.Word(to))
}

func bindFiles(f *pflag.FlagSet, o *convert.Options) {
	f.Func("format", "`FORMAT` of the files: parquet or ndjson (default parquet; ndjson for -)", values.Word(&o.Format))
	f.Func("compression", "`CODEC`: zstd, snappy (Parquet only), gzip or none (default zstd; none for -)", values.Word(&o.Compression))
	f.IntVar(&o.Level, "level", 0, "`LEVEL` of compression: 1 to 22 for zstd, 1 to 9 for gzip (default 1 for zstd, 6 for gzip)")
	f.Func("target-file-size", "`SIZE` in bytes at which the next file is begun (default 256MiB)", values.Size(&o.TargetFileSize))
}

func bindBloom(f *pflag.FlagSet, to *[]string) {
	f.Func("bloom", "comma-separated `COLUMNS` that get bloom filters, for queries that look for one value, or none; Parquet only; may be repeated (default key,request_id)", values.Names(to))
}

// splitNames returns the SOURCEs and the DEST that the arguments name.
func splitNames(args []string) (sources []string, dest string, err error) {
	if len(args) == 1 && args[0] != "" {
		return nil, "", fmt.Errorf("SOURCE and DEST are needed, and %s is all there is: DEST is missing, the folder or the s3:// address of the table, or - for rows on standard output", storage.Shown(args[0]))
	}
	if len(args) < 2 {
		return nil, "", errors.New("SOURCE and DEST are needed")
	}
	if slices.Contains(args, "") {
		// Most likely a variable of the shell is not set. An empty DEST would be the
		// root folder.
		return nil, "", errors.New("SOURCE and DEST must not be empty")
	}
	var errs []error
	for _, arg := range args[:len(args)-1] {
		source, err := storage.ParseAddress("SOURCE", arg)
		sources, errs = append(sources, source), append(errs, err)
	}
	dest, err = storage.ParseAddress("DEST", args[len(args)-1])
	return sources, dest, errors.Join(append(errs, err)...)
}
