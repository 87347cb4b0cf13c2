// Gen writes a synthetic completion report of S3 Batch Operations, laid out as
// S3 lays it out:
//
//	OUT/job-<uuid>/manifest.json
//	OUT/job-<uuid>/manifest.json.md5
//	OUT/job-<uuid>/results/<40 hex>.csv
//
// A result file holds rows of one status only. All of it is a function of the
// flags: the same flags give the same bytes, on any machine.
//
//	go run ./testdata/bench/gen -out FOLDER -rows 4700000 -files 32 -seed 2
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes the report that args describe and says on w what it wrote.
func run(w io.Writer, args []string) error {
	var o options
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.StringVar(&o.out, "out", "", "`FOLDER` to write the job's folder to")
	flags.Int64Var(&o.rows, "rows", 100000, "`NUMBER` of rows in all")
	flags.IntVar(&o.files, "files", 4, "`NUMBER` of result files in all, at least one for each status")
	flags.StringVar(&o.mix, "mix", "mixed", "`MIX` of messages: lambda, copy, errors (failed rows only) or mixed")
	flags.StringVar(&o.order, "order", "example", "`ORDER` of columns: example (HTTPStatusCode before ErrorCode, as S3 writes them) or schema (as ReportSchema says)")
	flags.StringVar(&o.eol, "eol", "crlf", "`END` of lines: crlf, as S3 writes them, or lf")
	flags.Uint64Var(&o.seed, "seed", 1, "`SEED` of what is random")
	flags.IntVar(&o.versions, "versions", 30, "`PERCENT` of rows with a VersionId")
	flags.IntVar(&o.codes, "codes", 0, "`NUMBER` of distinct error codes of failed rows, instead of those that their messages name")
	flags.StringVar(&o.bucket, "report-bucket", "my-job-reports", "`BUCKET` that the manifest names")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err := o.check(); err != nil {
		return err
	}
	return writeReport(w, o)
}

// options are the flags.
type options struct {
	out, mix, order, eol, bucket string
	rows                         int64
	files, versions, codes       int
	seed                         uint64
}

func (o options) check() error {
	switch {
	case o.out == "":
		return errors.New("-out is required")
	case o.order != "schema" && o.order != "example":
		return fmt.Errorf("unknown order %q", o.order)
	case o.eol != "crlf" && o.eol != "lf":
		return fmt.Errorf("unknown end of lines %q", o.eol)
	case o.rows < 0 || o.files < 1 || o.codes < 0:
		return errors.New("-rows, -files and -codes cannot be negative, and there is at least one file")
	}
	_, err := mixOf(o.mix)
	return err
}
