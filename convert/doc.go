// Package convert turns completion reports of Amazon S3 Batch Operations into
// tables of Parquet or NDJSON files, on the local disk or on S3.
//
// For most uses call [Convert]. It finds the reports of its sources, verifies every
// result file by its manifest, writes the files of the table, and publishes those of
// a job together when all of them are right. [Options] have two parts: [table.Spec]
// says what the table is, and [Run] how it is made. The zero value of both stands for
// the defaults: all columns, in Parquet files, by job and TaskStatus.
//
// Convert may be called again at any time. A job that the table has as the options
// describe it stays as it is, also where another version of the program made it. A job
// that was converted with other options, or from other result files, is replaced. After
// a run that failed or was killed, the next one goes on where that one ended.
//
// The [Summary] says what became of each job, and the error joins those of the jobs
// that failed. [errors.As] finds a row that cannot be read as [*ledger.RowError],
// another run that has committed the job first as [*ledger.HeldError], a temporary
// folder that cannot be written as [*SpillError], and what a store could not do as
// [*storage.Error]. What is wrong with a report itself is [ErrReport]. An error that is [storage.ErrUnknown] says that an answer was lost:
// the same call again finds out what became of the request, and goes on.
//
// # Without a table
//
// [MakeOverview] reads reports as Convert does, and counts what failed by cause or by
// any columns, in bounded memory. It writes nothing.
//
// [Retry] writes the manifest of a new job, of the objects that failed and did not succeed
// in a later job. [MakeOutcome] makes a table that has one row for each object over all
// jobs.
//
// # On many machines
//
// Convert consists of three steps, which a scheduler or a distributed engine can call
// one by one:
//
//   - [MakePlan] reads the manifests and returns a [plan.Plan], which says what is to be done
//     in how many tasks. It is plain JSON, and [plan.Parse] reads it back elsewhere. A
//     large one is better written by [plan.Write], in pieces: [plan.Open] then reads for a
//     task no more than it needs, and [plan.Read] all of it for the commit.
//   - [RunTask] does one task. Tasks may be done in any order, at once, and more than
//     once. What they write is pending: nobody who lists or queries the destination
//     sees it.
//   - [Commit] publishes what the tasks wrote, when all of them have ended.
//
// The table has the same bytes as the one that Convert makes. [Abort] drops what the
// tasks of a plan have written. [Clean] drops what all runs below a destination have
// left there, if nobody has gone on with it for some time.
//
// # A Delta table
//
// With [Change].Delta, or by [BeginLog], a table has a Delta log, which every commit keeps
// from then on: readers of the log see a job's files all at once, and none that was
// replaced. [CleanReplaced] deletes what was replaced long ago.
//
// # Packages beside it
//
//   - [batchreport/convert/plan] says what is to be done: jobs, their result files, tasks.
//   - [batchreport/convert/groups] says by what an overview groups rows, and what it has
//     counted.
//   - [batchreport/convert/table] has the Spec of a table: columns, partitions, format,
//     sizes, limits.
//   - [batchreport/convert/ledger] has the commit records, which list the files of a table
//     and what they were made of; [ledger.ReadRecords] reads them.
//   - [batchreport/convert/delta] keeps the log of a Delta table.
//   - [batchreport/convert/verify] compares the files in a destination with the records there.
//   - [batchreport/convert/ddl] writes the statements by which Athena, DuckDB,
//     Spark or Trino takes a destination for a table, or a warehouse loads it.
//   - [batchreport/convert/storage] is where reports are read from and tables are written
//     to. [batchreport/convert/storage/disk] and [batchreport/convert/storage/s3] are its
//     stores, and a [storage.Mux] takes paths and S3 addresses alike.
//   - [batchreport/schema/cause] says why tasks failed.
//   - [batchreport/schema] parses manifests and records, and [batchreport/schema/message]
//     splits their messages, both without any I/O.
//
// # What is visible when
//
// Parts are written through storage.Output and stay pending, which nobody sees,
// until all tasks of a job are done and the sums are right. Then the job is
// committed: its parts appear one by one, then its commit record changes in one step.
// Package ledger holds this protocol and says what it promises.
//
// # Inside
//
// A job goes through these stages:
//
//	manifest.json ─▶ plan ─▶ tasks ─▶ reader ─blocks─▶ normalizer ─record batches─▶ writer ─▶ pending parts ─▶ commit
//
// The files convert.go, internal/reading/reader.go, normalizer.go and writer.go are best read
// in that order; pipeline.go puts the stages of a task together. The reader, which is a package
// of its own (reading), opens the result files of a task, cuts them into blocks of whole records
// (reading.Block), and checks their MD5 on the way. The normalizer makes each block a record
// batch (worker.go, and package row for each row). The writer routes the rows to their
// partitions, where they wait until they are a row group (partition.Pending), encodes that, and
// appends it to the partition's part (parts.go).
//
// An overview has another last stage, grouper (grouper.go), which a scan (scan.go) runs
// over all jobs. It gets no record batches: each worker of the normalizer counts the rows
// of a block (count.Counter), and splits few of their messages. The grouper holds no row
// but those of a sample: what it counts is bounded (count.Counts).
//
// A retry and a table of outcomes ask what each object has come to over all jobs. The
// collector (objects.go) hands the rows of one job after the other to an extsort.Sorter,
// which puts them in the order of their objects, and objects.Ends tells of each what has
// become of it: to retryRows, which writes the manifest of a new job, or to
// objects.Outcomes, which makes rows for the writer. They hold what a task with SortBy does.
//
// Row groups: the rows of a partition become a row group with the batch by which they
// reach encode.Format's RowGroupSize; or earlier, where all partitions together hold more
// than 80 MiB (partition.MaxPending) and theirs are the most; or when the task ends. With
// SortBy extsort cuts the row groups, by the same size.
//
// Order: the rows of a task stand in the order of the manifest's files, and of the
// records in each file. Each task writes parts of its own. Several workers share the
// work of a stage, but their results are taken in the order in which the work was
// handed out (stage.InOrder). So the bytes depend on the rows, the options and the
// version of the program, and never on the number of workers or on time. With SortBy
// the writer has one more stage (extsort.Sorter), which sorts the rows of each partition
// of a task; rows that are equal keep the order in which they were read.
//
// Ownership: a value that is sent through a channel belongs to the receiver from then
// on. The receiver gives it back with Release exactly once, also after an error and when
// the context ends. Blocks go back to the reader. Record batches give their Arrow buffers
// back to the run, which uses them again (batch.NewRecycler). Builders, parsers and
// encoders belong to one worker each.
//
// Memory: what a run holds does not grow with the size of its reports. Jobs are done one
// after the other. Of a job with several tasks, one for each four of W workers runs at
// once (tasksAtOnce), with its share of the workers. A task with w workers holds at most
// about
//
//	(2w+8) blocks of 512 KiB, or of MaxRecordBytes where a record is that long
//	+ 2 × 3 × MaxRecordBytes where a quote is opened and not closed
//	+ (3w+3) record batches, each some 2.5 times its block (all columns); a row takes
//	  some 260 bytes however short it is, so those of rows of 120 bytes are 4 times
//	  their blocks, and those of the shortest rows, of 13 bytes, 20 times; an overview
//	  has a dozen groups of each block instead or, where rows have nothing in common,
//	  some 500 bytes for each row and grouping
//	+ min(80 MiB, 24 MiB × partitions) of rows that wait for a row group
//	+ (2w+2) row groups of 12 MiB that wait, are encoded or are appended
//	+ w × 1.3 MiB for each column that has bloom filters, two by default
//	+ the rejected rows of those blocks, some 64 bytes each beside their own
//	+ what the store holds for MaxOpenParts parts (see its Create), and what it
//	  reads ahead of the files that are open, at most 19 at a time (S3: ReadAhead,
//	  16 MiB for all tasks together; local disk: nothing)
//
// Beside its tasks a run keeps half as much of freed buffers as was ever in use, some
// 48 MiB for one task. What the garbage collector has not collected yet comes on top.
// With SortBy a task also holds
//
//	32 MiB of runs of sorted rows; what is more lies in a file in TempDir
//	+ while they are made, (2w+2) of 8 MiB, instead of the row groups
//	+ while they are merged, 32 MiB of their batches, or two batches where
//	  records are longer, instead of blocks and record batches
//
// [TaskMemory] is this formula.
//
// # Files
//
//   - Entry points: convert.go; steps.go (MakePlan, RunTask, Commit) and clean.go (Abort,
//     Clean); overview.go; retry.go and outcome.go; delta.go. Their options are in options.go
//     and scan.go, and what they return is in summary.go.
//   - A job on its way: work.go, which asks done.go whether there is anything to do and
//     mend.go whether files are missing; task.go runs one task; sums.go makes the commit
//     record and checks it. The table that is there is looked at by dest.go, layout.go and
//     changed.go.
//   - The stages of a task: pipeline.go. The reader: package reading. The normalizer:
//     normalizer.go, worker.go, codes.go. The writer: writer.go, parts.go, rejects.go. memory.go
//     says what they hold.
//   - Other last stages: grouper.go; objects.go with retryrows.go.
//
// What they use lies in packages of their own below convert/internal, each of which says in a
// sentence what it is. Files: source finds jobs, reportfile opens their files, and reading cuts
// these into blocks. Rows: row takes them apart, batch holds them, count counts them, explain
// says why they failed, and partition routes them. Objects: objects tells what they have come
// to, and jobmanifest writes the manifest of a new job. Formats: encode, parquetfile, ndjson,
// zstdpage. Work: extsort sorts, stage keeps order, and tally counts in bounded memory.
//
// # Twenty billion rows
//
// That many are the most that a job of S3 Batch Operations has: 8.6 TB of result files. No
// machine here has seen them. What follows is computed from what was measured on two cores
// (12.3 CPU seconds for 2.02 GB with all columns and every MD5 verified, a tenth more S3 to
// S3, 43 % of the input as output), and simulated with machines that differ by a tenth,
// tasks that differ by a fifth, and one task of 200 lost and run again. Result files of 50
// MB and a minute until a machine has started are suppositions; prices are those that AWS
// listed for us-east-1 in 2025, of Fargate (2 vCPU, 4 GB) and of S3's requests:
//
//	8006 tasks, 100 machines: 430 s, commit 26 s, 0.53 million PUT, 0.25 million GET, $1.02 and $2.74
//	8006 tasks, 1000 machines: 154 s, commit 26 s, 0.53 million PUT, 0.25 million GET, $2.50 and $2.74
//
// A machine reads 300 MB/s for that, and writes 130 MB/s. One that has less of the network
// takes as many times longer: at 100 MB/s, 100 machines take a quarter of an hour. An array
// of as many jobs as there are machines is better than one job a task: Fargate bills a
// minute at least, and a task of 1 GiB takes four seconds.
//
// The commit is one process. Its 56,000 requests are 64 at a time, of 30 ms each; its
// results are 8006 × 3 KB, and its record 70 MB: some 330 bytes for a result file and 570
// for a part. So the record is the first limit beyond: it may have 512 MiB
// ([ledger.MaxRecordFile]), which are 140 billion rows, or 70 billion where a table of that
// size is replaced, since the claim then lists both.
package convert
