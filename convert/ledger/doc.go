// Package ledger keeps the account of what the table in a destination (DEST) is
// made of, and holds the protocol by which a run changes it: the commit.
//
// # The register
//
// One object for each job decides, DEST/_batchreport/<job>/commit.json. It is the
// job's [Register]. It holds the job's commit [Record], and the job's part of the
// table is what this record lists, nothing else that lies in DEST. Every change
// of the register is a compare-and-swap (Swap of storage.Store), so that of
// several who want to change it one does, and the others see that they were late.
// The object begins with its own checksum, and the names in it are not believed
// further than files below DEST go.
//
// # A run
//
// A [Run] makes one job's part of the table:
//
//	Open ─▶ Recover ─▶ Kept ─▶ Task, Create, Keep for each task ─▶ Commit
//	                                                            └▶ Abandon
//
// Its fingerprint is a hash of the job's inputs, of the options that change the
// output, and of the versions of schema and program. Two runs with the same
// fingerprint write the same bytes under the same names, so that each may go on
// where the other ended. They are called twins here.
//
// No lock is held while tasks run. Parts are written through storage.Output and
// are pending: nobody who lists or queries DEST sees them. Before the first of
// them a run leaves a marker, DEST/_batchreport/<job>/pending/<fingerprint>/run.json,
// by which what it wrote is found if it is killed. At S3 a task notes each upload
// beside it, in uploads-<task>-<hash>.json, before its first part is sent: some stores
// list uploads only by the exact key of their object. The result of each task that
// has ended ([TaskResult]) is kept beside the marker, in task-<index>.json, and
// is the reason that a run started again need not repeat the task.
//
// # The commit
//
// When all tasks have ended and the sums are right, the register is changed three
// times:
//
//	record A ─claim─▶ record A, next B ─publish B─▶ record B, replaces A ─delete A─▶ record B
//
// The claim adds an intent to the register: the new record, and which results say what
// is pending of it. These stay where they are until the commit has ended. Of several runs that want to commit the job, the swap lets one
// claim it; a run with another fingerprint that comes second ends with
// [*HeldError]. Before it claims, a run tries whether all can be published where it is
// to be.
//
// The rest is the roll-forward. It publishes each file of the intent, makes the
// intent's record the record, deletes, by name, the files of the older record
// that the new one does not list, and forgets them. Every step may be repeated,
// and by several at once, so whoever finds a commit that has begun finishes it:
// a run may be killed anywhere, and the same command again ends as if it had not
// been. Where something that was to be published is gone, since a lifecycle rule
// of the bucket ended an upload or somebody emptied a folder, or a result that the
// claim names is gone or does not say what the record lists, the commit fails with
// [*LostError]; the next one replaces it, and sees to it that the rest of the lost
// one never appears. Where the table is to stay what it is, it is taken back.
//
// A claim is finished, but for two reasons to take it back: something can never be
// published where it is to be (storage.ErrImpossible), since its folder is on another
// file system for example; or a result file of the job is in the table, or claimed,
// under the name of another job ([*OverlapError]). That is looked for after the claim,
// so that of two such jobs at once the later sees the earlier; where they claim at the
// very same time, both give way.
//
//	record A, next B ─withdraw─▶ record A, next B, withdrawn ─drop and delete B─▶ record A
//
// Whoever finds a register that is withdrawn ends that. First all that is pending of B
// is dropped, so that a run that was stopped before it published something finds it
// gone; then what is visible of B, and not in A, is deleted by name. The commit ends
// with [*WithdrawnError]. A register that is withdrawn, or names results, has a version of
// its own: a program that does not know it refuses the register, where it would have
// rolled forward, or published nothing.
//
// # Three outcomes
//
// A change of DEST is done, has failed, or its outcome is unknown, since the
// answer was lost. The store reads back what it can; where that does not tell
// either, the error is storage.ErrUnknown. Then nothing is concluded and nothing
// is deleted, neither what is pending nor what is replaced: the next run looks at
// the register, and goes on from what it says.
//
// Some stores take the condition of a swap and ignore it. Before its first commit
// a [Destination] therefore tries swaps that must be refused.
//
// # What is visible when
//
// Before the claim nothing of a run is visible. The record is exact at any time,
// and changes at once. Publishing is one step for each part, so a reader of the
// bare folder, who does not ask the record, can see some parts of a job before
// the others for a moment, and the parts of two records while one replaces the
// other.
//
// The register of a unit of outcomes that another unit has replaced stays, empty: some
// 300 bytes for each set of jobs that a table was ever made of. Clean does not delete it
// either. A run that makes the table of those jobs again may claim it at that moment, and
// of the stores that this works on few can delete an object on the condition that it is
// unchanged; the claim would be lost while its parts are being published.
//
// One thing is not prevented. A process deletes what its commit replaced only
// while the register is as it left it, and looks at that before each 1,000 deletions.
// If another run brings back the very table that was replaced between such a look and
// the last deletion after it, up to 1,000 files of that table are deleted, or as many as
// are left: on S3 they are one request, so the process must be stopped before it, or the
// request delayed, for as long as the other run takes to convert all of the job. The
// process notices, and its error says so; the next run of the other mends the table.
//
// On disk a swap relies on locks of the file system (flock). Where several
// machines share a folder over a network, it may not have them.
//
// # What it costs
//
// Requests to S3 for a task of P parts, beside reading its result files:
//
//	the task    2 GET for its plan, 2 GET for the head of the register, 1 GET and 1 PUT for its
//	            result, 1 PUT for the run's marker; for each part 1 PUT for its note, and
//	            its upload: 1 to begin and 1 for each 8 MiB
//	the commit  1 GET for its result, P to complete the uploads; P HEAD more where the store
//	            answers that without the object's checksum; 2 of 1,000 to delete its result
//	            and notes, and P of 1,000 where as many files are replaced
//
// Beside these a commit lists what is pending, and the uploads under way, 1,000 at a time,
// and makes some 30 requests. It makes 64 at a time: 10,000 tasks of one part take 10 s at
// 30 ms a request, where client and server keep up. A store that lists uploads only by
// their key is asked for each upload, and for each note, one by one: 1 + P more a task.
//
// A commit holds the results of all tasks, some 3 KB each with one part, and the record. A
// claimed register is as large as the record that is there and the new one together, and
// 50 bytes for each task.
//
// # The Delta log
//
// A table may have a log in the form of Delta Lake (package delta), which changes at once
// what its readers see. Then a claim's version of the log comes between its parts and its
// record, and what is replaced is kept for a while: see deltalog.go.
//
// # Files
//
// In the order in which they explain the protocol: register.go and record.go (what
// is decided), destination.go and run.go (who decides it), task.go, result.go and
// kept.go (what is written before the commit), head.go (what a task reads of a register),
// commit.go, intent.go, publish.go and withdraw.go (claim, roll-forward and the way back),
// missing.go and overlap.go (what is looked at before), unit.go (tables of outcomes, which
// replace each other), leftovers.go, notes.go and clean.go (what dead runs leave),
// deltalog.go, deltabegin.go, deltafit.go and deltakept.go (the Delta log), registers.go
// (those of all jobs), codes.go, files.go, names.go, checksum.go and conditions.go (the
// details).
package ledger
