package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"batchreport/convert/ddl"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

const ddlHelp = `Usage: batchreport ddl [flags] DEST

Prints the statements that make the files in DEST a table, from the commit
records that convert left there.

`

// ddlCommand is the command ddl, with its command line.
type ddlCommand struct {
	common
	options ddl.Options
	dest    string
}

// bind implements command.
func (c *ddlCommand) bind(flags *commandFlags) {
	o := &c.options
	flags.group("Table", func(f *pflag.FlagSet) {
		f.Func("dialect", "`READER` to write for: athena, duckdb or spark (default athena)", oneOf(&o.Dialect, ddl.Athena, ddl.DuckDB, ddl.Spark))
		f.StringVar(&o.Table, "table", ddl.DefaultTable, "`NAME` of the table, with the database before a dot if need be")
		f.StringVar(&o.Job, "job", "", "print only the statement that adds the partitions of this `JOB` (default all jobs, with the table)")
		f.Func("projection", "let Athena work out the partitions by `TYPE`: enum, over the values there are; or injected, where every query names a job (default none, they are registered)",
			oneOf(&o.Projection, ddl.ProjectionNone, ddl.ProjectionEnum, ddl.ProjectionInjected))
	})
	c.common.bind(flags)
}

// check implements command.
func (c *ddlCommand) check(line commandLine) error {
	if len(line.args) != 1 || line.args[0] == "" || line.args[0] == storage.Stdio {
		return errors.New("one DEST is needed")
	}
	var err error
	c.dest, err = storage.ParseAddress("DEST", line.args[0])
	return errors.Join(err, c.options.Validate(), checkS3(c.s3))
}

// run implements command.
func (c *ddlCommand) run(ctx context.Context, a *app, store storage.Store) error {
	records, err := ledger.ReadRecords(ctx, store, c.dest)
	if err != nil {
		return err
	}
	sql, err := ddl.Statements(c.dest, records, c.options)
	if err != nil {
		return err
	}
	return a.printResult(ddlResult{newHeader("ddl", c.dest), sql})
}

// ddlResult is the result of ddl.
type ddlResult struct {
	header
	SQL string `json:"sql"`
}

// lines implements result.
func (r ddlResult) lines() []string { return []string{r.SQL} }
