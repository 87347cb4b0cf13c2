package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/retry"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/schema"
)

const retryHelp = `Usage: batchreport retry [flags] SOURCE... MANIFEST

Writes the manifest of a new job: the objects that failed, with their keys encoded as
the reports have them. With several jobs a later success cancels an earlier failure:
an object is in the manifest if it failed in the last job that has it. MANIFEST is a
path, an s3:// address, or - for standard output. Where some objects have a version
and others have none, those that have are in a second manifest, with -versions before
its ending.

It prints the command that creates the job, and the JSON for its --cli-input-json.

A SOURCE is an s3:// address or a path of a manifest.json, of a job folder, of a
folder of job folders, or of result CSVs; - is a result CSV on standard input.

`

// retryCommand is the command retry, with its command line.
type retryCommand struct {
	common
	options  convert.RetryOptions
	only     string
	versions string
	prices   retry.Prices
	sources  []string
	manifest string
}

// bind implements command.
func (c *retryCommand) bind(flags *commandFlags) {
	o := &c.options
	flags.group("Objects", func(f *pflag.FlagSet) {
		f.Func("only", "`WHICH` objects: retryable (those that can succeed when they are run again as they are, by their cause) or all (default all)", values.OneOf(&c.only, "retryable", "all"))
		f.Func("cause", "`NAME` of a cause, as summary --json has it, or unexplained, or never-ran (of --of); may be repeated (default all)", values.AnyText(&o.Causes))
		f.Func("code", "`CODE` in error_code; may be repeated (default all)", values.AnyText(&o.Codes))
		f.Func("where", "`COLUMN=VALUE` of the row that failed, any column of the table; may be repeated: one of the values of each column (default all)", conditions(&o.Where))
		f.Func("versions", "`WHAT` becomes of versions: keep, or drop (the job works on what is current) (default keep)", values.OneOf(&c.versions, "keep", "drop"))
		f.StringVar(&o.Of, "of", "", "`MANIFEST` of a job that did not run to its end: adds the objects in it that no report has; a job's manifest or a CSV of S3 Inventory, plain or gzip, or an inventory's manifest.json (default none)")
		f.Func("order", "`ORDER` of jobs: date (ReportCreationDate) or sources (as they are named) (default date)", values.Word(&o.Order))
	})
	flags.group("Run", func(f *pflag.FlagSet) {
		f.BoolVar(&o.DryRun, "plan", false, "say what would be written, and what the job would cost, and write nothing; --dry-run is the same")
		bindDryRun(f, &o.DryRun)
		c.prices = retry.UsualPrices()
		f.Func("price", "`JOB,MILLION`: dollars for a job and for a million objects, for --plan (default "+retry.UsualPrices().String()+", the prices of "+retry.PricesOf+")", c.prices.Set)
		f.Func("temp-dir", "`FOLDER` for rows that memory has no room for (default that of the system)", values.LocalPath("--temp-dir", &o.TempDir))
	})
	flags.own = []string{"plan", "of"} // elsewhere a file, and a number
	flags.reading(&o.Reading)
	flags.group("Limits", func(f *pflag.FlagSet) { bindMaxRejects(f, &o.MaxRejects) })
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Read(f, &c.s3)
		bindS3Write(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// bindMaxRejects binds the flag that allows rows that cannot be read where objects are told apart.
func bindMaxRejects(f *pflag.FlagSet, to *int64) {
	f.Int64Var(to, "max-rejects", 0, "`NUMBER` of rows that cannot be read which a job may have; each may be that of an object that failed; -1 for any number (default 0)")
}

// conditions accepts COLUMN=VALUE and adds it to those there.
func conditions(to *[]convert.Condition) func(string) error {
	return func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("%q has no = between column and value", text)
		}
		column, err := schema.ParseColumn(strings.TrimSpace(name), schema.AllColumns())
		if err == nil {
			*to = append(*to, convert.Condition{Column: column, Value: value})
		}
		return err
	}
}

// check implements command.
func (c *retryCommand) check(line commandLine) (err error) {
	if len(line.args) == 1 && line.args[0] != "" {
		return fmt.Errorf("SOURCE and MANIFEST are needed, and %s is all there is: MANIFEST is missing, the path or the s3:// address of the file to be written, or - for standard output", storage.Shown(line.args[0]))
	}
	if len(line.args) == 0 || line.args[len(line.args)-1] == "" {
		return errors.New("SOURCE and MANIFEST are needed")
	}
	last := len(line.args) - 1
	c.options.RetryableOnly, c.options.DropVersions = c.only == "retryable", c.versions == "drop"
	var errs []error
	c.sources, err = sourceNames(line.args[:last])
	errs = append(errs, err)
	c.manifest, err = storage.ParseAddress("MANIFEST", line.args[last])
	errs = append(errs, err)
	if c.manifest == storage.Stdio && c.asJSON && !c.options.DryRun {
		errs = append(errs, errors.New("json: standard output takes the manifest already"))
	}
	if c.options.Of != "" {
		c.options.Of, err = storage.ParseAddress("--of", c.options.Of)
		errs = append(errs, err)
		if c.options.Of == storage.Stdio {
			errs = append(errs, errors.New("of: a file is needed"))
		}
	}
	return errors.Join(append(errs, c.options.Validate(), checkS3(c.s3))...)
}

// run implements command.
func (c *retryCommand) run(ctx context.Context, a *app, store storage.Store) error {
	p := a.newProgress("reading", c.manifest)
	o := c.options
	o.Log, o.OnPlan, o.OnRead = a.log, p.Plan, p.Read
	store = stdio.New(ctx, store, a.stdin, a.stdout, true)
	if c.manifest != storage.Stdio && !o.DryRun {
		defer location.Tidying(location.FolderOf(c.manifest))()
	}
	r, err := convert.Retry(ctx, store, c.sources, c.manifest, o)
	p.End()
	if both := (*convert.VersionsError)(nil); errors.As(err, &both) {
		return &fault.Usage{Command: "retry", Err: err, Hint: "name a file, beside which the manifest of the versions is written, or leave the versions out by --versions drop"}
	}
	if row := (*ledger.RowError)(nil); errors.As(err, &row) {
		return &fault.UnkeptRow{Err: err}
	}
	if err != nil && len(r.Manifests) == 0 {
		return err
	}
	a.warnRejects(r.Rejects, r.Totals.Rejected)
	for _, code := range o.Codes {
		if !slices.Contains(r.Codes, code) {
			a.log.Warn(noCode("object that failed", code, r.Codes))
		}
	}
	if r.Buckets > 1 {
		a.log.Warn(fmt.Sprintf("the objects are in %d buckets, and S3 takes those of one for a job", r.Buckets), console.HintKey, eachBucket(r))
	}
	told := retryResult{result.NewHeader("retry", c.manifest), retry.New(r, retry.Options{
		Dest: c.manifest, Plan: c.options.DryRun, Partition: a.partition(c.s3.Region), Prices: c.prices,
	}), a.problems(err)}
	if c.manifest != storage.Stdio || c.options.DryRun {
		err = errors.Join(err, a.printResult(told))
	}
	a.log.Info(told.Closing())
	if len(r.Manifests) > 0 && !o.DryRun && c.manifest != storage.Stdio {
		a.log.Info(told.Placeholders())
	}
	if err == nil && r.Totals.Rejected > 0 {
		err = exit.ErrRejects
	}
	return err
}

// retryResult is the result of retry.
type retryResult struct {
	result.Header
	*retry.Result
	result.Problems
}

// Lines implements result.Result.
func (r retryResult) Lines() []string { return r.Result.Lines() }

// eachBucket says how there is a manifest for each bucket.
func eachBucket(r *convert.Retried) string {
	var flags []string
	for _, name := range r.BucketNames {
		flags = append(flags, "--where bucket="+storage.Shown(name))
	}
	more := ""
	if n := r.Buckets - len(r.BucketNames); n > 0 {
		more = fmt.Sprintf(", and so for %d more", n)
	}
	return "run retry once for each bucket, each with a MANIFEST of its own: " + strings.Join(flags, ", ") + more
}

// warnRejects names rows that could not be read, and says what that means.
func (a *app) warnRejects(rows []ledger.RowError, all int64) {
	for i := range rows {
		a.log.Warn(rows[i].Error())
	}
	if all == 0 {
		return
	}
	named := ""
	if more := all - int64(len(rows)); more > 0 {
		named = fmt.Sprintf(" (%s are not named here)", human.Comma(more))
	}
	a.log.Warn(fmt.Sprintf("%s cannot be read%s: as many objects may be missing", human.Plural(all, "row"), named))
}

// partition returns the partition of AWS that the buckets of a region are in.
func (a *app) partition(region string) string {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region == "" {
			region, _ = a.env.Lookup(name)
		}
	}
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}
