package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

const deltaHelp = `Usage: batchreport delta [flags] DEST

Writes a Delta log of the table in DEST, from the commit records there, so that Delta
readers see a job's files all at once, and none that was replaced. From then on convert,
outcome, commit, clean and abort keep the log. Where there is one, it is compared with
the records, and what it lacks is added.

A Delta table has Parquet files of one set of partition columns. Let no other program
write to it.

`

// deltaCommand is the command delta, with its command line.
type deltaCommand struct {
	onDest
	change convert.Change
}

// bind implements command.
func (c *deltaCommand) bind(flags *commandFlags) {
	flags.group("Delta", func(f *pflag.FlagSet) { bindDryRun(f, &c.change.DryRun) })
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Write(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// run implements command.
func (c *deltaCommand) run(ctx context.Context, a *app, store storage.Store) error {
	change := c.change
	change.Log = a.log
	report, err := convert.BeginLog(ctx, store, c.dest, versionAndBuild(), change)
	r := deltaResult{Header: result.NewHeader("delta", c.dest), DryRun: change.DryRun, LogReport: report, Problems: a.problems(err)}
	err = errors.Join(err, a.printResult(r))
	if err == nil {
		did := "the log says what the records say"
		switch {
		case report.Begun && change.DryRun:
			did = "dry run: would write a log"
		case report.Begun:
			did = "wrote a log"
		}
		a.log.Info(fmt.Sprintf("%s: %s, %s", did, human.Plural(report.Jobs, "job"), human.Plural(report.Files, "file")))
	}
	return err
}

// deltaResult is the result of delta.
type deltaResult struct {
	result.Header
	DryRun bool `json:"dry_run,omitempty"`
	*ledger.LogReport
	result.Problems
}

// bindDelta binds the flag of the commands that commit a table.
func bindDelta(f *pflag.FlagSet, to *bool) {
	f.BoolVar(to, "delta", false, "keep a Delta log of the table in DEST, so that readers of the Delta table see each change at once and whole; a log that is there is kept up without this flag too")
}
