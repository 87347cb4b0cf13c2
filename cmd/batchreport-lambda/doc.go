// Command batchreport-lambda is a function for AWS Lambda that converts each completion
// report as soon as S3 Batch Operations has written it, for those who have no machine that
// would run batchreport convert. The table is the one that the command makes, and a machine
// may go on where the function has stopped, or the other way round.
//
// # Install
//
// make lambda writes .bin/lambda/batchreport-lambda-arm64.zip and -amd64.zip, for the
// runtime provided.al2023. The folder deploy has what creates the function, with
// the permissions that it needs and no others: template.yaml for AWS SAM and CloudFormation, and main.tf for Terraform
// and OpenTofu.
//
// S3 tells the function of a new report in one of two ways, and it takes both: as an event
// "Object Created" of EventBridge, which the two files set up and which has to be turned on
// for the bucket of the reports, or as a notification s3:ObjectCreated:* of the bucket with
// the suffix /manifest.json. The manifest is the last object of a report, so that the report
// is whole then. An event of any other object is ignored, and the result says why.
//
// # Settings
//
// BATCHREPORT_DEST is the s3:// address of the table. The flags of batchreport convert that
// say what the table is, such as --columns and --partition-by, are the variables
// BATCHREPORT_COLUMNS, BATCHREPORT_PARTITION_BY and so on, as they are for the command; so
// are those of S3 that the function has a use for. A variable that begins with BATCHREPORT_
// and is no setting is an error.
//
// The function needs 512 MB of memory at least, and more where a report has many partitions:
// each file that is being written takes some 10 MB. It has one virtual CPU at 1769 MB, and works
// twice as fast with twice the memory. With BATCHREPORT_SORT_BY it also needs as much room in
// /tmp as a task has bytes of result files (BATCHREPORT_TASK_SIZE).
//
// # What happens to an event
//
// The result names for each report the job, the rows, how many of them stand for objects
// that succeeded and that failed, how many could not be read, and whether the table had the
// report already: S3 may tell of an object twice, which changes nothing. Messages go to
// standard error, and so to CloudWatch Logs, in the form that the function's settings of
// logging ask for.
//
// The function stops before its time is over. What finished tasks have written is kept, and
// the event fails with a DeadlineError; Lambda runs it again, twice at most, and each run
// goes on where the one before has stopped. A task has 1 GiB of result files, and one file
// at least, so that a smaller BATCHREPORT_TASK_SIZE lets a run keep more.
//
// A report that is expected not to be converted in the function's time is not begun: see
// pace in limits.go, and BATCHREPORT_MAX_SIZE, which is the limit in
// bytes of result files. BATCHREPORT_STATE_MACHINE, the ARN of the state machine that
// batchreport deploy --engine step-functions prints, has such reports converted by many
// machines, and the result names the execution; give the machine the flags that say what
// the table is. Without it, the error says which command converts the report on a machine.
//
// # Errors
//
// The errorType of an event that has failed tells whether trying again helps. It does for
//
//   - DeadlineError: the time was over, and the next run goes on.
//   - UnknownOutcomeError: an answer of S3 was lost, and the next run finds out.
//   - StoreError: S3 refused or failed. The message says which request, and of what.
//   - HeldError: another run, of other settings, has committed the job meanwhile.
//   - StateMachineError: the state machine could not be started.
//
// It does not for
//
//   - RowError: a row cannot be read. BATCHREPORT_MAX_REJECTS allows some.
//   - ReportError: the report is broken or does not fit the table.
//   - TooLargeError: the report is one for a machine.
//   - SettingsError: a variable is wrong, or missing.
//   - EventError: the event cannot be read.
//
// Whatever fails in all three runs is sent to the queue that the files in deploy create, with
// the event and the error. Invoke the function with that event to try again.
package main
