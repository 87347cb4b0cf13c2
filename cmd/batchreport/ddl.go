package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"batchreport/convert/ddl"
	"batchreport/convert/ledger"
	"batchreport/convert/storage/s3"
)

// ddlCommand is what the flags of ddl say.
type ddlCommand struct {
	options ddl.Options
	s3      s3.Options
	log     logOptions
	json    bool
}

// flags returns the flags of ddl, bound to c.
func (c *ddlCommand) flags() *commandFlags {
	flags, o := newCommandFlags("ddl"), &c.options
	flags.group("Table", func(f *pflag.FlagSet) {
		f.Func("dialect", "`READER` to write for: athena, duckdb or spark (default athena)", oneOf(&o.Dialect, ddl.Athena, ddl.DuckDB, ddl.Spark))
		f.StringVar(&o.Table, "table", ddl.DefaultTable, "`NAME` of the table, with the database before a dot if need be")
		f.StringVar(&o.Job, "job", "", "print only the statement that adds the partitions of this `JOB`")
		f.Func("projection", "let Athena work out the partitions by `TYPE`: enum, over the values there are; or injected, where every query names a job (default none, they are registered)",
			oneOf(&o.Projection, ddl.ProjectionNone, ddl.ProjectionEnum, ddl.ProjectionInjected))
	})
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.json)
	return flags
}

// ddl runs the command of that name.
func (a *app) ddl(ctx context.Context, args []string) error {
	var c ddlCommand
	flags := c.flags()
	args, err := a.parse(flags, ddlHelp, args)
	if err != nil {
		return err
	}
	if len(args) != 1 || args[0] == "" {
		return flags.usage(errors.New("one DEST is needed"))
	}
	if err := errors.Join(c.options.Validate(), c.s3.Validate()); err != nil {
		return flags.usage(err)
	}
	a.setLog(c.log)

	dest := args[0]
	records, err := ledger.ReadRecords(ctx, openStore(ctx, c.s3), dest)
	if err != nil {
		return err
	}
	sql, err := ddl.Statements(dest, records, c.options)
	if err != nil {
		return err
	}
	if c.json {
		return a.printJSON(ddlResult{newResult("ddl", dest), sql})
	}
	return a.print(sql)
}
