package main

const help = `batchreport turns Amazon S3 Batch Operations completion reports into tables.

Usage:
  batchreport convert [flags] SOURCE... DEST   write a report as Parquet or NDJSON
  batchreport ddl [flags] DEST                 print the table for Athena, DuckDB or Spark
  batchreport verify [flags] DEST              compare all files with the records of convert
  batchreport clean [flags] DEST               drop what dead runs left unpublished
  batchreport help [COMMAND]
  batchreport --version

convert on many machines, for schedulers:
  batchreport plan [flags] SOURCE... DEST      print the plan
  batchreport task --plan FILE [flags]         run one task of it
  batchreport commit --plan FILE [flags]       publish what the tasks wrote
  batchreport abort --plan FILE [flags]        or drop it

Every flag can also be set in the environment: BATCHREPORT_TARGET_FILE_SIZE for
--target-file-size. The command line wins.

Results go to standard output, everything else to standard error.

` + exitCodes

const exitCodes = `Exit codes:
    0  done
    1  failed; what failed published nothing, unless the error says so
    2  wrong usage
    3  done, but rows were rejected
    5  unknown: an answer was lost; the same command finds out and goes on
   11  another run has committed the job meanwhile
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

const planHelp = `Usage: batchreport plan [flags] SOURCE... DEST

Prints the plan of what convert would do, as JSON, and changes nothing. The same
reports and flags give the same plan. Each of its tasks can be run by task, in
any order, anywhere, at once, and more than once; then commit is due, or abort.
All of them must be of the same version of the program, and find the SOURCEs and
DEST by the names given here.

`

const taskHelp = `Usage: batchreport task --plan FILE [--index NUMBER] [flags]

Runs one task of a plan. What it writes is not visible before commit. A task that
was run before is not run again. A task with rejected rows exits 0: commit counts
them.

`

const commitHelp = `Usage: batchreport commit --plan FILE [flags]

Publishes what the tasks of a plan wrote, once all of them have been run. It is
as convert in all else: committing again changes nothing, and after a crash the
same command goes on.

`

const abortHelp = `Usage: batchreport abort --plan FILE [flags]

Drops what the tasks of a plan wrote, and prints a line for each job. What has
been committed stays; a commit that has begun cannot be aborted, only finished.

`

const cleanHelp = `Usage: batchreport clean [flags] DEST

Drops what runs that failed or were killed left unpublished in DEST, and prints a
line for each. It goes by the records of those runs, never by names alone, and
leaves all else.

`
