// Package delta keeps the log of a Delta table, by which a folder of Parquet files changes
// in one instant: a reader takes the files that the newest version of the log lists, and
// no others. Sections that are named here are those of the protocol's specification,
// PROTOCOL.md of delta-io/delta.
//
// # What lies where
//
//	DEST/_delta_log/00000000000000000007.json                 version 7: what it adds and removes
//	DEST/_delta_log/00000000000000000010.checkpoint.parquet   all of the table at version 10
//	DEST/_delta_log/_last_checkpoint                          where readers begin
//
// A version is lines of JSON, one action each ("Delta Log Entries", "Actions"). Ours begin
// with commitInfo, protocol, metaData and txn, so that whoever wants no more than these
// need not read on. A version is never written over ("Creation of New Log Entries"): it is
// a conditional write of an object that is not there yet (Swap of storage.Store), so that
// of several writers one gets each version, and the others go on with the next. Where the
// answer is lost, the store reads back whose it is.
//
// The log asks as little of readers as there is: protocol versions 1 and 1, without
// features ("Protocol Evolution"). Column names have neither spaces nor capitals, so no
// mapping is needed, and times are microseconds of UTC, which is the type timestamp
// ("Primitive Types").
//
// # One log, one writer
//
// What is in the log follows from the commit records of the table and nothing else. So
// only this program writes to it. A version that another one has written, a checkpoint of
// another one, or a protocol that asks for more is a [*ForeignError], and nothing is
// written behind it.
//
// # Once and no more
//
// Each version says in an action txn whose state it brings ("Transaction Identifiers"):
// appId is the job's, version is a number made of a hash of what the job's part of the
// table is then. The latest for a job says what of the job is in the log. Who is to bring a
// state looks for that first, and for the newest version last: [Log.Write] asks its caller
// for the change each time it has seen the end of the log, and that end has not moved when
// the version is written. Checkpoints keep the latest of each job.
//
// # Checkpoints
//
// A checkpoint ("Checkpoints", "V1 Spec", "Classic checkpoint") is written when ten
// versions have come since the last one. Where that has more than 10,000 actions, it is one
// version more for each 1,000, up to a hundred: large checkpoints are written less often. It
// has the actions that "Action Reconciliation" leaves, and removed files for as long as
// readers may want them. A checkpoint that fails is no reason for a commit to fail: the next
// commit tries again. Old versions are deleted by [Log.Expire] as "Metadata Cleanup" says.
//
// # What it costs
//
// A process lists the log once (a request for each 1,000 objects), and reads the newest
// checkpoint and each version behind it, as far as to the first file. From then on a
// version costs two GETs of what is not there yet, which find that nobody was faster, one
// PUT, and the caller's look at a commit record. A checkpoint costs a GET of the one before
// and of each version since, and two PUTs.
//
// In memory there is one version as it is written, some 700 bytes for each file that it
// adds and 250 for each that it removes; or a checkpoint as it is compressed, some 40 bytes
// for each file, with the paths that the versions behind the one before name; and a number
// for each job.
//
// # Files
//
// log.go has the way of a version into the log, state.go and read.go what is read before
// that, action.go and file.go the actions, columns.go the schema, stats.go the statistics,
// checkpoint.go and rows.go checkpoints, scan.go the files of a snapshot, expire.go the
// end of old versions, foreign.go what is refused.
package delta
