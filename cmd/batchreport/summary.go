package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/overview"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/groups"
	"batchreport/convert/storage"
)

const summaryHelp = `Usage: batchreport summary [flags] SOURCE...

Says what failed in completion reports, why, and what to do: the rows that failed
in groups of one cause, those of the most rows first. It converts nothing, and
writes nothing but the page of --html: one file that needs no other and makes no
request, with the groups, when and where rows failed, what to do, the result files
with their MD5, and a sample of the rows that failed.

A SOURCE is an s3:// address or a path of a manifest.json, of a job folder, of a
folder of job folders, or of result CSVs; - is a result CSV on standard input.
Rows that cannot be read are counted and shown, and the exit code is 3.

`

// summaryCommand is the command summary, with its command line.
type summaryCommand struct {
	common
	options convert.OverviewOptions
	by      []groups.Dimension
	top     int // 0 for the default
	failOn  []threshold.Rule
	html    string // where the page goes; empty for none
	sources []string
}

// bind implements command.
func (c *summaryCommand) bind(flags *commandFlags) {
	flags.group("Summary", func(f *pflag.FlagSet) {
		f.Func("by", "comma-separated `COLUMNS` to group the rows that failed by, in place of their causes: any columns of the table; key:N for the first N folders of the key; occurred_at:hour, :minute or :day, and so for other times; with task_status also the rows that succeeded; may be repeated (default by cause)", dimensions(&c.by))
		f.Func("top", "`NUMBER` of groups to show (default 10; all that were counted with --json)", values.Count(&c.top))
		f.StringVar(&c.html, "html", "", "`FILE` for a page that shows all of it in a browser: a path, an s3:// address, or - for standard output in place of the text (default none)")
		bindFailOn(f, &c.failOn)
	})
	flags.reading(&c.options.Reading)
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Read(f, &c.s3)
		bindS3Write(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// dimensions accepts what rows are grouped by, separated by commas, and adds it to those
// there.
func dimensions(to *[]groups.Dimension) func(string) error {
	return func(text string) error {
		for name := range strings.SplitSeq(text, ",") {
			d, err := groups.ParseDimension(strings.TrimSpace(name))
			if err != nil {
				return err
			}
			*to = append(*to, d)
		}
		return nil
	}
}

// check implements command.
func (c *summaryCommand) check(line commandLine) (err error) {
	if len(c.by) > 0 {
		c.options.By = [][]groups.Dimension{c.by}
	}
	c.sources, err = sourceNames(line.args)
	err = errors.Join(err, c.checkHTML())
	if c.html != "" {
		c.options.By, c.options.FailedRows = overview.PageBy(c.by), overview.PageRows
	}
	return errors.Join(err, c.options.Validate(), checkS3(c.s3))
}

// run implements command.
func (c *summaryCommand) run(ctx context.Context, a *app, store storage.Store) error {
	if err := c.refuseFolder(ctx, store); err != nil {
		return err
	}
	p := a.newProgress("reading", "")
	o := c.options
	o.Log, o.OnPlan, o.OnRead = a.log, p.Plan, p.Read
	store = stdio.New(ctx, store, a.stdin, a.stdout, true)
	v, err := convert.MakeOverview(ctx, store, c.sources, o)
	p.End()
	if len(v.Groupings) == 0 { // nothing was read
		return err
	}
	rows := &threshold.Counted{}
	rows.Add("", v.Totals, &v.ErrorCodes)
	verdicts := a.judge(c.failOn, rows)
	found := overview.New(v, overview.Options{
		Top: c.top, All: a.asJSON, ByCause: len(c.by) == 0, Sources: c.sources, FailOn: verdicts,
		Explain: a.explain,
	})
	r := summaryResult{result.NewHeader("summary", ""), found, a.problems(err), a.width(), a.hasColor()}
	if c.html != storage.Stdio {
		err = errors.Join(err, a.printResult(r))
	}
	if c.html != "" && ctx.Err() == nil {
		err = errors.Join(err, c.writeHTML(ctx, a, store, &r.Result))
	}
	return outcome(err, verdicts, v.Totals.Rejected > 0)
}

// summaryResult is the result of summary.
type summaryResult struct {
	result.Header
	overview.Result
	result.Problems

	width int // of what is printed
	color bool
}

// Lines implements result.Result.
func (r summaryResult) Lines() []string { return r.Result.Lines(r.width, r.color) }

// hasColor reports whether what goes to standard output may have colours: NO_COLOR is as
// in https://no-color.org.
func (a *app) hasColor() bool {
	term, _ := a.env.Lookup("TERM")
	no, _ := a.env.Lookup("NO_COLOR")
	return terminal.IsTerminal(a.stdout) && no == "" && term != "dumb"
}
