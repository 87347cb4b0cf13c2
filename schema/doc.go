// Package schema parses what an Amazon S3 Batch Operations completion report says, and
// defines the columns of the table that is made of it.
//
// A report is a manifest.json and the result files that it lists:
//
//   - [ParseManifest] parses and checks a manifest, and [SplitJob] finds the job's id in
//     the keys that it lists.
//   - [RecordEnd], [Extents] and [Closed] find where the records of a result file
//     end, and [Record.Split] splits one into its seven columns. AWS writes
//     HTTPStatusCode before ErrorCode and declares the opposite, so Split tells them by
//     their content; where a record does not tell, [FirstOrder] does for its file.
//   - [KeyEncoding.Decode] decodes an object's key, and [KeyEncoding.Encode] encodes it as
//     AWS does.
//   - ResultMessage, the seventh column, is split by the package schema/message.
//   - An [Extract], made by [ParseExtract], finds a field of a JSON payload and gives it a
//     column of its own.
//
// The table has [AllColumns] in that order. A [Column] knows its name and its type, and
// [Arrow] returns the Arrow schema of some of them. [Version] changes with them.
//
// The package is pure: it does no I/O, starts no goroutine and has no variables that
// change. It takes any bytes: what cannot be read is an error, and never a panic. What it
// returns as bytes are views of its input, so that rows are parsed without allocations;
// comments say how long they hold.
//
// Result files are read by recordend.go (where records end), record.go (what their columns
// are) and order.go (which of two values is the status, and which the code); key.go and
// object.go are about keys. manifest.go reads the manifest of a report, and inputmanifest.go
// has the rows of a new job's. The columns of the table are in table.go, and extract.go and
// jsonpath.go have those of payloads.
package schema
