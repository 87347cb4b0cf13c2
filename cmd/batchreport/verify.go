package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/storage"
	"batchreport/convert/verify"
)

const verifyHelp = `Usage: batchreport verify [flags] DEST

Compares all that lies in DEST with the commit records there, and changes nothing.
Every file is read whole: its size, its checksum, and the rows that its Parquet
footer or its lines count must be those of the record. Files of data that no
record lists are found too, and commits that were cut off.

Links to folders are followed. Empty objects that stand for folders on S3 are no
files, nor are _SUCCESS and .crc beside it.

Each finding is a line: its kind, the object, and what is wrong. The kinds are

  missing     a record lists the file, and it is not there
  size        it has another number of bytes
  damaged     it has other bytes
  footer      its Parquet footer has other rows or columns
  lines       it has another number of lines
  unknown     no record lists it, but Athena, Spark and Hive read it as data: they
              read every file whose name, and whose folders' names, do not begin
              with _ or a dot
  hidden      no record lists it; these pass over it, but patterns find it, as
              **/*.parquet finds _x.parquet
  record      a commit record is damaged, was edited, or contradicts itself
  twice       two jobs have a result file in common, so its rows are there twice
  unfinished  a commit is under way or was cut off
  log         the Delta log lists other files than the records, or another program
              has written to it

At the end a line for each kind says what to do about it. What cannot be read is
no finding but an error: nothing is known about it. The exit code is 1 for both.

`

// verifyCommand is the command verify, with its command line.
type verifyCommand struct{ onDest }

// bind implements command.
func (c *verifyCommand) bind(flags *commandFlags) {
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Read(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// run implements command.
func (c *verifyCommand) run(ctx context.Context, a *app, store storage.Store) error {
	p := a.newProgress("verifying", c.dest)
	v, err := verify.Table(ctx, store, c.dest, verify.Options{Log: a.log, OnPlan: p.Plan, OnRead: p.Read})
	p.End()
	r := verifyResult{result.NewHeader("verify", c.dest), *v, a.problems(err)}
	err = errors.Join(err, a.printResult(r))
	if n := int64(len(v.Findings)); n > 0 {
		for _, kind := range slices.Sorted(maps.Keys(v.Repair)) {
			a.log.Info(fmt.Sprintf("to repair %s: %s", kind, v.Repair[kind]))
		}
		return errors.Join(err, fmt.Errorf("verify %s: %s", c.dest, human.Plural(n, "finding")))
	}
	if err == nil {
		a.log.Info(fmt.Sprintf("%s, %s, %s, %s: all as recorded", human.Plural(v.Jobs, "job"), human.Plural(v.Files, "file"), human.Plural(v.Rows, "row"), human.Bytes(v.Bytes)))
	}
	return err
}

// verifyResult is the result of verify.
type verifyResult struct {
	result.Header
	verify.Result
	result.Problems // about what could not be read
}

// Lines implements result.Result: each finding is a line.
func (r verifyResult) Lines() []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, terminal.Visible(fmt.Sprintf("%s %s: %s", f.Kind, f.Object, f.Message))+"\n")
	}
	return all
}
