// Package convert turns completion reports into tables.
//
//	manifest.json ─▶ plan ─▶ tasks ─▶ reader ─blocks─▶ normalizer ─record batches─▶ writer ─▶ pending parts ─▶ commit
//
// Read convert.go, reader.go, normalizer.go and writer.go in that order.
//
// # Order
//
// The rows of a task stand in the order of the manifest's files and of the records
// in each. Tasks have parts of their own.
//
// Work is done on several workers, but its results are taken in the order in
// which it was handed out (inOrder), so what is written depends on the rows and
// the options, never on workers or time. With SortBy a stage of the writer
// (sorter) puts the rows of each partition of a task in another order; equal ones
// keep the one in which they were read.
//
// # Ownership
//
// What is sent is passed on: the receiver gives it back with Release, exactly
// once, also on error and when the context ends. Blocks go back to the reader's
// pool, record batches free their Arrow buffers to the run's recycler. Builders,
// parsers and encoders belong to one worker each.
//
// # What is visible when
//
// Parts are written through storage.Output and stay pending, which nobody sees,
// until all tasks of a job are done and the sums are right. Then the job is
// committed: its commit record changes at once, its parts appear one by one.
// Package ledger holds this protocol and says what it promises.
//
// # Memory
//
// Memory does not grow with the size of a report. Of a job with several tasks, one
// for each four of W workers runs at once (tasksAtOnce), with its share of them. A
// task with w workers holds at most about
//
//	(2w+8) blocks of 512 KiB, or of MaxRecordBytes where a record is that long
//	+ (3w+3) record batches, each some 2.5 times its block (all columns)
//	+ min(80 MiB, 24 MiB × partitions) of rows that wait for a row group
//	+ (2w+2) row groups of 12 MiB that wait, are encoded or are appended
//	+ w × 1.3 MiB for each column that has bloom filters
//	+ the rejected rows of those blocks, some 64 bytes each beside their own
//	+ what the store holds for MaxOpenParts parts (see its Create), and what it
//	  reads ahead of the files that are open, at most 19 at a time (S3: ReadAhead,
//	  16 MiB for all tasks together; local disk: nothing)
//
// and a run, beside its tasks, half as much of freed buffers as was ever in use, some
// 48 MiB for one task, and the garbage collector's share on top. With SortBy a task
// holds also
//
//	32 MiB of runs of sorted rows; what is more lies in a file in TempDir
//	+ while they are made, (2w+2) of 8 MiB, instead of the row groups
//	+ while they are merged, 32 MiB of their batches, or two batches where
//	  records are longer, instead of blocks and record batches
package convert
