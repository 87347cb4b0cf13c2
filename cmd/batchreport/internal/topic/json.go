package topic

// JSON explains the objects that --json prints, and commit records. A test
// compares it with them, member by member.
const JSON = `--json prints the result of a command on standard output as one JSON object.
Members may be added; where one goes away or changes its meaning, the number of
batchreport_result is another.

Of every command:
  batchreport_result   the version of the object, 1
  command              its name
  program              "batchreport version X.Y.Z (build ...)"
  destination          DEST; empty where the command ended before it was known
  errors               messages, each once; missing where there are none
  hints                what can be done about each of errors, in their order,
                       empty where that is not known; missing where all are

convert and commit:
  dry_run              true with --dry-run; missing without
  jobs                 a list of objects, one for each job:
    job                its id, or source-<hash> where there is none
    outcome            committed; unchanged: done before; failed; written: by a
                       task, waits for the commit; planned: with --dry-run
    totals             as below, of this job
    error_codes        an object: rows (the number of rows of each error_code, of the
                       1,000 with the most) and other (the rows of all others);
                       missing where nothing was read, and in records of earlier
                       versions
    rejects            a list of the files of rejected rows, with their name below
                       DEST, bytes (compressed), rows and crc32
    replaced           what the job had before: its fingerprint, the number of its
                       files and, where format, columns or folders differ, the change
    kept               tasks that are done, which a run that failed left for the next
    begun              true where the commit of a run that failed has begun, so that
                       the next one ends it
    error, hint        why it failed, and what can be done
  totals               of the jobs that are committed or planned:
    files, bytes_in    result files read, and their size
    rows_in            rows_out, rejected and merged together
    rows_out           rows in the table
    rejected           rows that cannot be read
    merged             of outcome: rows beside the first of their object; left out
                       where there are none
    parts, bytes_out   files written, and their size
    succeeded, failed  rows out with that TaskStatus
    contradicting      rows whose TaskStatus is not the manifest's for their file
    unverified         result files that were not verified
    misfits            values that did not fit their --extract column
    recovered          rows with a lone quote that end before the next row, which they
                       would have swallowed; left out where there are none
  elapsed_seconds      how long it took
  fail_on              with --fail-on a list of objects, one for each rule: rule (as
                       it was given), passed (whether there were too many rows, or
                       may have been), known (false where that cannot be told), rows
                       (that were counted) and of (all rows read)

summary:
  cause_rules          the version of the rules of causes
  by                   the columns that tell groups apart
  totals               of all jobs that could be read: files, bytes_in, rows,
                       succeeded, failed, rejected, contradicting and recovered, as
                       above; rows are all that were read, with the rejected
  jobs                 a list of objects: job, totals, verified (an object: how many
                       files by md5, etag or none), error and hint
  groups               a list of objects, those of the most rows first:
    rows               how many rows failed so; at least, with rows_at_most
    rows_at_most       how many there may be; missing where rows is exact
    by                 with --by an object of its columns and their values
    task_status, ...   as in the table, null too where --by leaves them out:
                       task_status, error_code, http_status_code, service,
                       operation, service_error_code, service_status_code,
                       denied_action, error_type and timeout_seconds
    template           result_template
    cause, cause_text  the name of the cause, and a sentence; null where no rule
                       explains it
    remedy             what to do, a sentence
    retryable          whether it can succeed when it is run again as it is
    sample_...         a row of the group, the first: sample_bucket, sample_key,
                       sample_version_id, sample_request_id, sample_file and
                       sample_row
  other_groups         how many groups are left out (at most), and their
  other_rows           rows
  rejects              the first rows that cannot be read: file, row, byte_offset
                       and reason
  fail_on, elapsed_seconds   as above

retry:
  plan                 true with --plan; missing without
  manifests            a list of objects, one for each manifest: name, versions
                       (whether its rows have one), objects, bytes, md5, etag (on
                       S3), arn (there), and how a job is made of it: upload (the
                       command that puts a local file to S3), create_job (the
                       command) and cli_input_json (for its --cli-input-json)
  objects              how many are in all manifests
  causes               a list of objects: cause, retryable, objects (in a manifest)
                       and left_out
  left_out             an object: how many are in no manifest, by the first reason:
                       succeeded_later, not_retryable, other_cause, other_code,
                       other_value, other_versions (of objects that are in)
  price                an object: dollars, per_job and per_million_objects
  jobs                 those that were read, in the order in which they count
  totals, rejects, elapsed_seconds   as of summary

outcome: the members of convert, with one job, the unit that all jobs make

plan with --out:
  plan                 where the plan is
  jobs, tasks          how many there are
  array_size           the size of an array that runs the tasks by task --of: one job
                       for each, but no less than 2 and no more than 10,000
  files, bytes         result files to read, and their size
  memory_bytes         what a task with two workers needs

task: the members of a job, and
  index                its number in the plan
  elapsed_seconds      how long it took
  peak_memory_bytes    the most memory that was resident at once; left out where the
                       system does not say
task with --of: of its share of the tasks
  index, of            the number of the share, and of how many
  tasks                how many tasks it has
  unchanged            how many of them had been run before
  totals               of those that were run now, as above
  elapsed_seconds, peak_memory_bytes   as of one task

verify:
  jobs, files, rows, bytes   what is as recorded
  kept                 files of older records that stay for readers of the Delta
                       table; missing if there are none
  findings             a list of objects: job, object (its address), kind (see
                       batchreport help verify) and message
  repair               an object: for each kind found, how to repair that

abort and clean:
  dropped              a list of objects, one for each run: job, fingerprint,
                       modified (when it last wrote), pending (unpublished files)
                       and tasks (finished ones)
  replaced_deleted     of clean: files that were replaced, and versions of the Delta
                       log, by their names below DEST; missing if there are none

delta:
  begun                whether there was no log before
  version              of the log, the newest; -1 where there is none yet
  jobs, files          how many the log knows

ddl:
  sql                  the statements, or with --dialect redshift-manifest or dbt
                       that document

version:
  version              X.Y.Z, or a pseudo-version where the commit has no tag
  commit, date         of git; missing where they are not known
  changed              true where files differed from the commit; missing where none did
  go, platform         what built the program, and for what

DEST/_batchreport/<job>/commit.json is the record of a job. The files that it
lists are the job's part of the table. It begins with a checksum: an edited record
is refused.
  crc32                of the bytes behind its line, in base64
  batchreport_record   the version of the record, 1; higher while a commit is under way,
                       and where the table has a Delta log
  program              that wrote it
  schema_version       of the table's columns
  kind                 outcome; missing for the rows of a report
  job, job_id          the folder's name, and the job's id or null
  report_created_at    ReportCreationDate of the manifest, or null
  fingerprint          a hash of inputs, options and version
  options              the flags that say what the table is, with _ for -
  columns              name and type (of Arrow) of the columns in the files
  inputs               result files: key, size, md5, verified (md5, etag or none),
                       rows and rejected (numbers of them)
  outputs              files of the table: name (below DEST), partition (a list of
                       column and value), bytes, rows, crc32 and stats (what a Delta
                       log says of columns)
  rejects              files of rejected rows, as above
  totals               as above
  error_codes          as above
  replaces             files of older records that are still to be deleted
  delta                true where the table had a Delta log then
  kept                 files of older records that stay for readers of the Delta
                       table, by replaced_at and files; clean deletes them
  supersedes           units of outcomes that this one replaces: their job and
                       fingerprint; missing once they are gone
  next                 a commit under way: its record; results, the results of
                       tasks that say what is to be published (earlier versions
                       list it as pendings); and lost commits to be dropped, with
                       the partition_by of theirs
  withdrawn            true where that commit is not to be finished but taken back
`
