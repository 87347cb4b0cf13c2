package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage/s3"
	"batchreport/schema"
)

// convertCommand is what the flags of convert say.
type convertCommand struct {
	options convert.Options
	s3      s3.Options
	log     logOptions
	json    bool
}

// flags returns the flags of convert, bound to c. Where a flag is not given,
// convert.Options keeps its zero value, which means the default.
func (c *convertCommand) flags() *commandFlags {
	flags, o := newCommandFlags("convert"), &c.options
	flags.group("Table", func(f *pflag.FlagSet) {
		f.Func("columns", "comma-separated `COLUMNS` of the table (default all)", columns(&o.Columns, schema.AllColumns()))
		f.Func("extract", "another column, made of a field of JSON payloads: `COLUMN=JSONPATH[:TYPE]`, such as size=$.bytes:int64; may be repeated; TYPE is string (default), int64, float64 or timestamp",
			extract(&o.Extract))
		f.Func("partition-by", "comma-separated `COLUMNS` that make folders, or none: any of job_id, task_status, error_code, bucket, http_status_code, result_kind, report_date (default job_id,task_status)",
			columns(&o.PartitionBy, schema.PartitionColumns()))
		f.BoolVar(&o.WritePartitionColumns, "write-partition-columns", false, "write the columns of the folders into the files too")
		f.StringVar(&o.NullPartition, "null-partition", "", "`VALUE` that stands for null in a folder's name (default "+convert.HiveNull+")")
		f.TextVar(&o.KeyEncoding, "key-encoding", schema.FormEncoding, "`ENCODING` of keys in the report: form, percent or none")
		f.StringVar(&o.RawMessage, "raw-message", "", "`WHEN` to keep result_message: auto (unless prefix and result_json are the message), keep or drop (default auto)")
	})
	flags.group("Files", func(f *pflag.FlagSet) {
		f.StringVar(&o.Format, "format", "", "`FORMAT` of the files: parquet or ndjson (default parquet; ndjson for -)")
		f.StringVar(&o.Compression, "compression", "", "`CODEC`: zstd, snappy (Parquet only), gzip or none (default zstd; none for -)")
		f.IntVar(&o.Level, "level", 0, "`LEVEL` of compression: 1 to 22 for zstd, 1 to 9 for gzip (default 1 and 6)")
		f.Func("target-file-size", "`SIZE` in bytes at which the next file is begun (default 256MiB)", size(&o.TargetFileSize))
		f.Func("task-size", "`SIZE` in bytes of result files that make a task, and so at least one file (default 1GiB)", size(&o.TaskSize))
	})
	flags.group("Limits", func(f *pflag.FlagSet) {
		f.Int64Var(&o.MaxRejects, "max-rejects", 0, "`NUMBER` of unreadable rows a job may have; they go to a rejects file; -1 for any number")
		f.Func("max-record-bytes", "`SIZE` in bytes above which a row is unreadable, from 64KiB to 256MiB (default 16MiB)", size(&o.MaxRecordBytes))
		f.Func("max-partitions", "`NUMBER` of folders a job may make (default 1000)", count(&o.MaxPartitions))
		f.Func("max-open-parts", "`NUMBER` of files that are written at once (default 100)", count(&o.MaxOpenParts))
	})
	flags.group("Run", func(f *pflag.FlagSet) {
		f.Func("workers", "`NUMBER` of workers; the output does not depend on it (default one a core)", count(&o.Workers))
		f.BoolVar(&o.Force, "force", false, "convert again what was converted before")
	})
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.json)
	return flags
}

// check completes the options and reports everything that is wrong with the
// command line.
func (c *convertCommand) check(flags *commandFlags, sources []string, dest string) error {
	o := &c.options
	var errs []error
	if dest == convert.Stdio {
		errs = append(errs, c.toStdout(flags))
	}
	if dest == "" || slices.Contains(sources, "") {
		// An unset variable of a shell, most likely; DEST would be the root folder.
		errs = append(errs, errors.New("SOURCE and DEST must not be empty"))
	}
	if i := slices.Index(sources, convert.Stdio); i >= 0 && slices.Contains(sources[i+1:], convert.Stdio) {
		errs = append(errs, errors.New("standard input is named twice"))
	}
	errs = append(errs, o.Validate(), c.s3.Validate())
	if err := errors.Join(errs...); err != nil {
		return flags.usage(err)
	}
	return nil
}

// toStdout sets the defaults of NDJSON on standard output.
func (c *convertCommand) toStdout(flags *commandFlags) error {
	o := &c.options
	if !flags.changed("format") {
		o.Format = convert.NDJSON
	}
	if !flags.changed("compression") {
		o.Compression = convert.None
	}
	if !flags.changed("partition-by") {
		o.PartitionBy = []schema.Column{}
	}
	switch {
	case o.Format == convert.Parquet:
		return errors.New("format: standard output takes ndjson only")
	case len(o.PartitionBy) > 0:
		return errors.New("partition-by: standard output has no folders")
	case o.MaxRejects != 0:
		return errors.New("max-rejects: standard output has no place for rejected rows")
	case c.json:
		return errors.New("json: standard output takes the rows already")
	}
	return nil
}

// convert runs the command of that name.
func (a *app) convert(ctx context.Context, args []string) error {
	var c convertCommand
	flags := c.flags()
	args, err := flags.parse(args, a.env)
	if errors.Is(err, pflag.ErrHelp) {
		return a.print(convertHelp + flags.help() + exitCodes)
	}
	if err != nil {
		return err
	}
	if len(args) < 2 {
		return flags.usage(errors.New("SOURCE and DEST are needed"))
	}
	sources, dest := args[:len(args)-1], args[len(args)-1]
	if err := c.check(flags, sources, dest); err != nil {
		return err
	}
	a.setLog(c.log)

	p := &progress{console: a.console, log: a.log, bar: a.hasBar(c.log, dest)}
	o := c.options
	o.Version, o.Log, o.OnPlan, o.OnRead = versionAndBuild(), a.log, p.plan, p.read
	store := newStdio(ctx, openStore(ctx, c.s3), a.stdin, a.stdout, dest == convert.Stdio)
	summary, err := convert.Convert(ctx, store, sources, dest, o)
	p.end()
	a.summarize(dest, summary)
	if c.json {
		err = errors.Join(err, a.printJSON(newConvertResult(dest, summary, err)))
	}
	if err == nil && rejected(summary) {
		err = errRejects
	}
	return err
}

// hasBar reports whether a progress bar can be shown.
func (a *app) hasBar(o logOptions, dest string) bool {
	if dest == convert.Stdio && isTerminal(a.stdout) {
		return false // the rows are on the terminal
	}
	return isTerminal(a.stderr) && !o.quiet && o.format != "json"
}
