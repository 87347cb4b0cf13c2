package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/internal/values"
	"batchreport/convert/ddl"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

const ddlHelp = `Usage: batchreport ddl [flags] DEST

Prints the statements that make the files in DEST a table, from the commit
records that convert left there; of a table with a Delta log, those by which it is
read through the log. A column that only some jobs have is null in the
rows of the others. Jobs of another format or other partition columns are no part of
the table: where there are some, --like says which table is meant.

athena, duckdb, spark and trino read the files where they lie. clickhouse, redshift,
snowflake, bigquery, databricks and postgres load them: the statements name each file
of the jobs. redshift-manifest is the manifest that COPY of Redshift reads, and dbt
a source in YAML. Statements that no test has run in their reader say so.

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
		f.Func("dialect", "`READER` to write for: "+values.Listed(ddl.Dialects())+" (default "+string(ddl.Dialects()[0])+")", values.OneOf(&o.Dialect, ddl.Dialects()...))
		f.StringVar(&o.Table, "table", "", "`NAME` of the table, with the database before a dot if need be (default "+ddl.DefaultTable+"; "+ddl.DefaultOutcomeTable+" for a table of outcomes)")
		f.StringVar(&o.Job, "job", "", "print only what adds the partitions of this `JOB`, or loads it, named by its id or how that begins (default all jobs, with the table)")
		f.StringVar(&o.Like, "like", "", "print the table of the jobs that have the format and partition columns of this `JOB`, where DEST has others too (default the one layout that all jobs have)")
		f.Func("projection", "let Athena work out the partitions by `TYPE`: enum, over the values there are; or injected, where every query names a job (default none, they are registered)",
			values.OneOf(&o.Projection, ddl.ProjectionNone, ddl.ProjectionEnum, ddl.ProjectionInjected))
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
	for _, r := range records {
		a.log.Debug("read a commit record", "job", r.Job, "files", len(r.Outputs), "columns", len(r.Columns))
	}
	o := c.options
	if o.Location, err = absolute(c.dest); err != nil {
		return err
	}
	if o.Delta, err = ledger.HasLog(ctx, store, c.dest); err != nil {
		return err
	}
	sql, err := ddl.Statements(c.dest, records, o)
	if err != nil {
		return err
	}
	return a.printResult(ddlResult{result.NewHeader("ddl", c.dest), sql})
}

// absolute returns the address of a folder for somebody who works in another one:
// DuckDB takes a path for one below its own folder, Spark for one below its
// warehouse's.
func absolute(dest string) (string, error) {
	if storage.IsS3(dest) || filepath.IsAbs(dest) {
		return dest, nil
	}
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the folder of %s: %w", storage.Shown(dest), err)
	}
	path := here + "/" + strings.TrimPrefix(dest, "./")
	if slices.Contains(strings.Split(dest, "/"), "..") {
		// What .. leads to is for the file system to say: a folder may be a link.
		return filepath.EvalSymlinks(path)
	}
	return filepath.Clean(path), nil
}

// ddlResult is the result of ddl.
type ddlResult struct {
	result.Header
	SQL string `json:"sql"`
}

// Lines implements result.Result.
func (r ddlResult) Lines() []string { return []string{r.SQL} }
