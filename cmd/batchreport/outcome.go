package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/conversions"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

const outcomeHelp = `Usage: batchreport outcome [flags] SOURCE... DEST

Makes a table in DEST that has one row for each object and version over all jobs: what
it has come to (final_status), how often it was tried (attempts_total), the jobs, the
cause of a failure, and the columns of the row that decides, which is that of the last
job that has the object. batchreport help columns lists them.

DEST is an s3:// address or a folder, as of convert; - writes NDJSON to standard
output. The table is made anew from all SOURCEs, and replaces the one that is in DEST,
whatever jobs that was made of. A DEST is of convert or of outcome, never both.

A SOURCE is an s3:// address or a path of a manifest.json, of a job folder, of a
folder of job folders, or of result CSVs; - is a result CSV on standard input.

`

// outcomeCommand is the command outcome, with its command line.
type outcomeCommand struct {
	common
	options convert.Options
	order   convert.Order
	sources []string
	dest    string
}

// bind implements command.
func (c *outcomeCommand) bind(flags *commandFlags) {
	o := &c.options
	o.Kind = table.Outcome
	flags.outcomeTable(o)
	flags.own = []string{"columns", "partition-by", "bloom"} // its table has other columns
	flags.group("Run", func(f *pflag.FlagSet) {
		f.Func("order", "`ORDER` of jobs: date (ReportCreationDate) or sources (as they are named) (default date)", values.Word(&c.order))
		f.Func("workers", "`NUMBER` of workers; the output does not depend on it (default one a core)", values.Count(&o.Workers))
		f.Func("temp-dir", "`FOLDER` for rows that memory has no room for, about as large as all reports (default that of the system)", values.LocalPath("--temp-dir", &o.TempDir))
		f.BoolVar(&o.Force, "force", false, "make again what was made before")
		bindDelta(f, &o.Delta)
		bindDryRun(f, &o.DryRun)
	})
	flags.s3Table(&c.s3)
	flags.messages(&c.log, &c.asJSON)
}

// outcomeTable adds the flags that say what a table of outcomes is.
func (c *commandFlags) outcomeTable(o *convert.Options) {
	c.group("Table", func(f *pflag.FlagSet) {
		f.Func("columns", "comma-separated `COLUMNS` of the table; may be repeated (default all)", values.Columns(&o.Columns, schema.OutcomeColumns()))
		bindExtract(f, &o.Extract)
		f.Func("partition-by", "`COLUMN` that makes folders: final_status, or none (default final_status)", values.PartitionColumns(&o.PartitionBy, table.Outcome.PartitionColumns()))
		bindPathColumns(f, o)
		bindKeyEncoding(f, &o.KeyEncoding)
		bindRawMessage(f, &o.RawMessage)
	})
	c.group("Files", func(f *pflag.FlagSet) {
		bindFiles(f, o)
		bindBloom(f, &o.Bloom)
	})
	c.group("Input", func(f *pflag.FlagSet) {
		bindVerifyInput(f, &o.VerifyInput, "the commit record says which")
		bindMaxRecordBytes(f, &o.MaxRecordBytes)
	})
	c.group("Limits", func(f *pflag.FlagSet) { bindMaxRejects(f, &o.MaxRejects) })
}

// check implements command.
func (c *outcomeCommand) check(line commandLine) (err error) {
	if c.sources, c.dest, err = splitNames(line.args); err != nil {
		return err
	}
	var errs []error
	if c.dest == storage.Stdio {
		errs = append(errs, toStdout(&c.options, line, c.asJSON))
	}
	if _, err := sourceNames(line.args[:len(line.args)-1]); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, c.options.Validate(), checkS3(c.s3))...)
}

// run implements command.
func (c *outcomeCommand) run(ctx context.Context, a *app, store storage.Store) error {
	p := a.newProgress("reading", c.dest)
	o := c.options
	o.Version, o.Log, o.Unlocked = versionAndBuild(), a.log, c.s3.NoLock
	if !o.DryRun {
		o.OnPlan, o.OnRead = p.Plan, p.Read
	}
	store = stdio.New(ctx, store, a.stdin, a.stdout, c.dest == storage.Stdio)
	defer location.Tidying(c.dest)()
	summary, err := convert.MakeOutcome(ctx, store, c.sources, c.dest, c.order, o)
	err = location.Swapped(ctx, store, c.sources, c.dest, err)
	p.End()
	a.left = conversions.LeftOf(c.dest, o.DryRun, summary)
	conversions.Log(a.log, c.dest, summary, conversions.Pace(summary))
	for _, j := range summary.Jobs {
		if n := j.Totals.Rejected; n > 0 && j.Outcome != convert.Failed {
			a.log.Warn(human.Plural(n, "row") + " cannot be read: as many objects may be missing, or have come to something else")
		}
	}
	return a.finish("outcome", c.dest, o.DryRun, nil, summary, err)
}
