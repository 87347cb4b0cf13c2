package main

const help = `batchreport turns Amazon S3 Batch Operations completion reports into tables.

Usage:
  batchreport convert [flags] SOURCE... DEST   write a report as Parquet or NDJSON
  batchreport ddl [flags] DEST                 print the table for Athena, DuckDB or Spark
  batchreport help [COMMAND]
  batchreport --version

Every flag can also be set in the environment: BATCHREPORT_TARGET_FILE_SIZE for
--target-file-size. The command line wins.

Results go to standard output, everything else to standard error.

` + exitCodes

const exitCodes = `Exit codes:
    0  done
    1  failed; what failed published nothing, unless the error says so
    2  wrong usage
    3  done, but rows were rejected
  130  interrupted
`

const convertHelp = `Usage: batchreport convert [flags] SOURCE... DEST

Converts completion reports to a table in DEST, an s3:// address or a folder;
- writes NDJSON to standard output. Nothing in DEST is visible before a job is
complete, and converting a job again changes nothing.

A SOURCE is an s3:// address or a path of a manifest.json, of a job folder, of a
folder of job folders, or of result CSVs; - is a result CSV on standard input.

`

const ddlHelp = `Usage: batchreport ddl [flags] DEST

Prints the statements that make the files in DEST a table, from the commit
records that convert left there.

`
