package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
	"batchreport/convert/table"
	"batchreport/schema"
)

// convertCommand is what the flags of convert say.
type convertCommand struct {
	options convert.Options
	s3      s3.Options
	log     logOptions
	json    bool
}

// flags returns the flags of convert, bound to c.
func (c *convertCommand) flags() *commandFlags {
	flags, o := newCommandFlags("convert"), &c.options
	flags.table(o)
	flags.group("Run", func(f *pflag.FlagSet) {
		bindRun(f, &o.Run)
		f.BoolVar(&o.Force, "force", false, "convert again what was converted before")
		bindDryRun(f, &o.DryRun)
	})
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindNoLock(f, &c.s3)
	})
	flags.messages(&c.log, &c.json)
	return flags
}

// check completes the options and reports everything that is wrong with the
// command line.
func (c *convertCommand) check(flags *commandFlags, sources []string, dest string) error {
	o := &c.options
	var errs []error
	if dest == storage.Stdio {
		errs = append(errs, c.toStdout(flags))
	}
	if i := slices.Index(sources, storage.Stdio); i >= 0 && slices.Contains(sources[i+1:], storage.Stdio) {
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
		o.Format = table.NDJSON
	}
	if !flags.changed("compression") {
		o.Compression = table.None
	}
	if !flags.changed("partition-by") {
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
	case c.json:
		return errors.New("json: standard output takes the rows already")
	}
	return nil
}

// convert runs the command of that name.
func (a *app) convert(ctx context.Context, args []string) error {
	var c convertCommand
	flags := c.flags()
	args, err := a.parse(flags, convertHelp, args)
	if err != nil {
		return err
	}
	sources, dest, err := splitNames(args)
	if err != nil {
		return flags.usage(err)
	}
	if err := c.check(flags, sources, dest); err != nil {
		return err
	}
	a.setLog(c.log)

	p := &progress{console: a.console, log: a.log, bar: a.hasBar(c.log, dest)}
	o := c.options
	o.Version, o.Log = versionAndBuild(), a.log
	if !o.DryRun {
		o.OnPlan, o.OnRead = p.plan, p.read
	}
	store := newStdio(ctx, openStore(ctx, c.s3), a.stdin, a.stdout, dest == storage.Stdio)
	summary, err := convert.Convert(ctx, store, sources, dest, o)
	p.end()
	a.summarize(dest, summary, pace(summary))
	return a.finish(newConvertResult("convert", dest, o.DryRun, summary, err), c.json, summary, err)
}

// finish prints the result of a run that ended with err, if it is to be JSON,
// and returns what the run has come to.
func (a *app) finish(r convertResult, json bool, s *convert.Summary, err error) error {
	if json {
		err = errors.Join(err, a.printJSON(r))
	}
	if err == nil && rejected(s) {
		err = errRejects
	}
	return err
}

// hasBar reports whether a progress bar can be shown.
func (a *app) hasBar(o logOptions, dest string) bool {
	if dest == storage.Stdio && isTerminal(a.stdout) {
		return false // the rows are on the terminal
	}
	return isTerminal(a.stderr) && !o.quiet && o.format != "json"
}
