package main

import (
	"context"
	"errors"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/groups"
	"batchreport/convert/storage"
)

const overviewHelp = `Usage: batchreport summary [flags] SOURCE...

Says what failed in completion reports, why, and what to do: the rows that failed
in groups of one cause, those of the most rows first. It converts nothing, and
writes nothing but the page of --html: one file that needs no other and makes no
request, with the groups, when and where rows failed, what to do, the result files
with their MD5, and a sample of the rows that failed.

A SOURCE is an s3:// address or a path of a manifest.json, of a job folder, of a
folder of job folders, or of result CSVs; - is a result CSV on standard input.
Rows that cannot be read are counted and shown, and the exit code is 3.

`

// overviewCommand is the command summary, with its command line.
type overviewCommand struct {
	common
	options convert.OverviewOptions
	by      []groups.Dimension
	top     int // 0 for the default
	failOn  []threshold
	html    string // where the page goes; empty for none
	sources []string
}

// usualTop is how many groups are shown unless --top says otherwise: about what fits a
// screen or two.
const usualTop = 10

// bind implements command.
func (c *overviewCommand) bind(flags *commandFlags) {
	flags.group("Summary", func(f *pflag.FlagSet) {
		f.Func("by", "comma-separated `COLUMNS` to group the rows that failed by, in place of their causes: any columns of the table; key:N for the first N folders of the key; occurred_at:hour, :minute or :day, and so for other times; with task_status also the rows that succeeded; may be repeated (default by cause)", dimensions(&c.by))
		f.Func("top", "`NUMBER` of groups to show (default 10; all that were counted with --json)", count(&c.top))
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
func (c *overviewCommand) check(line commandLine) (err error) {
	if len(c.by) > 0 {
		c.options.By = [][]groups.Dimension{c.by}
	}
	c.sources, err = sourceNames(line.args)
	err = errors.Join(err, c.checkHTML())
	if c.html != "" {
		c.options.By, c.options.FailedRows = htmlBy(c.by), htmlRows
	}
	return errors.Join(err, c.options.Validate(), checkS3(c.s3))
}

// run implements command.
func (c *overviewCommand) run(ctx context.Context, a *app, store storage.Store) error {
	if err := c.refuseFolder(ctx, store); err != nil {
		return err
	}
	p := a.newProgress("reading", "")
	o := c.options
	o.Log, o.OnPlan, o.OnRead = a.log, p.plan, p.read
	store = newStdio(ctx, store, a.stdin, a.stdout, true)
	v, err := convert.MakeOverview(ctx, store, c.sources, o)
	p.end()
	if len(v.Groupings) == 0 { // nothing was read
		return err
	}
	rows := &counted{}
	rows.add("", v.Totals, &v.ErrorCodes)
	verdicts := a.judge(c.failOn, rows)
	result := overviewResult{
		header: newHeader("summary", ""), top: c.top, byCause: len(c.by) == 0,
		overview: v, FailOn: verdicts, problems: a.problems(err),
		view: view{width: a.width(), color: a.hasColor(), sources: c.sources},
	}
	result = result.withMembers(a)
	if c.html != storage.Stdio {
		err = errors.Join(err, a.printResult(result))
	}
	if c.html != "" && ctx.Err() == nil {
		err = errors.Join(err, c.writeHTML(ctx, a, store, &result))
	}
	return outcome(err, verdicts, v.Totals.Rejected > 0)
}

// hasColor reports whether what goes to standard output may have colours: NO_COLOR is as
// in https://no-color.org.
func (a *app) hasColor() bool {
	term, _ := a.env("TERM")
	no, _ := a.env("NO_COLOR")
	return isTerminal(a.stdout) && no == "" && term != "dumb"
}

// comma returns a number as people read it.
func comma(n int64) string { return humanize.Comma(n) }

// share returns which part of a number another one is, in words that are never 0 or 100
// where it is not.
func share(part, of int64) string {
	if of == 0 {
		return "0 %"
	}
	percent := 100 * float64(part) / float64(of)
	switch {
	case part == 0:
		return "0 %"
	case part == of:
		return "100 %"
	case percent < 0.1:
		return "<0.1 %"
	case percent > 99.9:
		return ">99.9 %"
	}
	return humanize.FormatFloat("#.#", percent) + " %"
}
