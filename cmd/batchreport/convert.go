package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/conversions"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

const convertHelp = `Usage: batchreport convert [flags] SOURCE... DEST

Converts completion reports to a table in DEST, an s3:// address or a folder;
- writes NDJSON to standard output. Nothing in DEST is visible before a job is
complete, and converting a job again changes nothing.

A SOURCE is an s3:// address or a path of a manifest.json, of a job folder, of a
folder of job folders, or of result CSVs; - is a result CSV on standard input, and
a pipe, such as <(command), is read once as that is. CSVs may be compressed with
gzip, under the names that the manifest has or with .gz after them.

`

// convertCommand is the command convert, with its command line.
type convertCommand struct {
	common
	options convert.Options
	failOn  []threshold.Rule
	sources []string
	dest    string
}

// bind implements command.
func (c *convertCommand) bind(flags *commandFlags) {
	o := &c.options
	flags.table(o)
	flags.group("Run", func(f *pflag.FlagSet) {
		bindRun(f, &o.Run)
		f.BoolVar(&o.Force, "force", false, "convert again what was converted before")
		bindDelta(f, &o.Delta)
		bindMixedLayout(f, &o.MixedLayout)
		bindDryRun(f, &o.DryRun)
		bindFailOn(f, &c.failOn)
	})
	flags.s3Table(&c.s3)
	flags.messages(&c.log, &c.asJSON)
}

// check implements command.
func (c *convertCommand) check(line commandLine) (err error) {
	if c.sources, c.dest, err = splitNames(line.args); err != nil {
		return err
	}
	var errs []error
	if c.dest == storage.Stdio {
		errs = append(errs, toStdout(&c.options, line, c.asJSON))
	}
	if i := slices.Index(c.sources, storage.Stdio); i >= 0 && slices.Contains(c.sources[i+1:], storage.Stdio) {
		errs = append(errs, errors.New("standard input is named twice"))
	}
	return errors.Join(append(errs, c.options.Validate(), checkS3(c.s3))...)
}

// toStdout completes the options for NDJSON on standard output, and reports one that
// does not go with it.
func toStdout(o *convert.Options, line commandLine, asJSON bool) error {
	if !line.changed("format") {
		o.Format = table.NDJSON
	}
	if !line.changed("compression") {
		o.Compression = table.None
	}
	if !line.changed("partition-by") {
		o.PartitionBy = []schema.Column{}
	}
	switch {
	case o.Format == table.Parquet:
		return errors.New("format: standard output takes ndjson only")
	case len(o.PartitionBy) > 0:
		return errors.New("partition-by: standard output has no folders")
	case o.MaxRejects != 0:
		return errors.New("max-rejects: standard output has no place for rejected rows")
	case o.DryRun:
		return errors.New("dry-run: nothing is kept of what goes to standard output")
	case o.Delta:
		return errors.New("delta: standard output has no log")
	case asJSON:
		return errors.New("json: standard output takes the rows already")
	}
	return nil
}

// convertGC is the share of memory, in percent, that may be garbage beside the buffers of a
// conversion: with 25, a Parquet table takes a tenth more memory and a hundredth less CPU.
const convertGC = 15

// run implements command.
func (c *convertCommand) run(ctx context.Context, a *app, store storage.Store) error {
	defer a.setGC(convertGC)()
	p := a.newProgress("converting", c.dest)
	o := c.options
	o.Version, o.Log, o.Unlocked = versionAndBuild(), a.log, c.s3.NoLock
	if !o.DryRun {
		o.OnPlan, o.OnRead = p.Plan, p.Read
	}
	store = stdio.New(ctx, store, a.stdin, a.stdout, c.dest == storage.Stdio)
	defer location.Tidying(c.dest)()
	summary, err := convert.Convert(ctx, store, c.sources, c.dest, o)
	err = location.Swapped(ctx, store, c.sources, c.dest, err)
	p.End()
	a.left = conversions.LeftOf(c.dest, o.DryRun, summary)
	conversions.Log(a.log, c.dest, summary, conversions.Pace(summary))
	failOn := c.failOn
	if o.DryRun {
		failOn = nil // nothing was counted
	}
	return a.finish("convert", c.dest, o.DryRun, failOn, summary, err)
}
