package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/storage"
)

const verifyHelp = `Usage: batchreport verify [flags] DEST

Compares all that lies in DEST with the commit records there, and changes nothing.
Every file is read whole: its size, its checksum, and the rows that its Parquet
footer or its lines count must be those of the record. Files of data that no
record lists are found too, and commits that were cut off.

Each finding is a line: its kind, the object, and what is wrong. The kinds are

  missing     a record lists the file, and it is not there
  size        it has another number of bytes
  damaged     it has other bytes
  footer      its Parquet footer has other rows or columns
  lines       it has another number of lines
  unknown     no record lists it, but readers of the table take it for data
  record      a commit record is damaged, was edited, or contradicts itself
  unfinished  a commit is under way or was cut off

What cannot be read is no finding but an error: nothing is known about it. Parts
that are missing or damaged are written again by convert --force.

`

// verifyCommand is what the flags of verify say.
type verifyCommand struct {
	onDest
}

// bind implements command.
func (c *verifyCommand) bind(flags *commandFlags) {
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.asJSON)
}

// run implements command.
func (c *verifyCommand) run(ctx context.Context, a *app, store storage.Store) error {
	p := a.newProgress("verifying", c.dest, c.log)
	v, err := convert.Verify(ctx, store, c.dest, convert.VerifyOptions{OnPlan: p.plan, OnRead: p.read})
	p.end()
	return a.verified(verifyResult{newResult("verify", c.dest), *v, messages(err)}, c.asJSON, err)
}

// verified prints what verify has found, one line for each finding, and returns
// what the command has come to after err.
func (a *app) verified(r verifyResult, json bool, err error) error {
	if json {
		err = errors.Join(err, a.printJSON(r))
	}
	for _, f := range r.Findings {
		if !json {
			err = errors.Join(err, a.print(visible(fmt.Sprintf("%s %s: %s", f.Kind, f.Object, f.Message))+"\n"))
		}
	}
	if n := int64(len(r.Findings)); n > 0 {
		return errors.Join(err, fmt.Errorf("verify %s: %s", r.Dest, plural(n, "finding")))
	}
	if err == nil {
		a.log.Info(fmt.Sprintf("%s, %s, %s, %s: all as recorded", plural(r.Jobs, "job"), plural(r.Files, "file"), plural(r.Rows, "row"), humanBytes(r.Bytes)))
	}
	return err
}

// verifyResult is what verify --json prints.
type verifyResult struct {
	result
	convert.Verification
	Errors []string `json:"errors,omitempty"` // what could not be read
}
