// Package plan says what is to be done: which result files of which jobs become a table,
// and in which tasks.
//
// A [Plan] is made by convert.MakePlan and is plain data, so that each of its tasks can be
// done on another machine. It names the jobs, the result files of each with their sizes and
// MD5s, and the options of the table. What a run of it makes has a [Fingerprint]: runs of the
// same fingerprint make the same bytes.
//
// # Two forms
//
// A plan has two forms. The one is the JSON of a Plan, which holds everything; [Parse] reads
// it. The other is a header and pieces, so that what a task has to read does not grow with
// the plan: [Write] writes them, [Open] reads what a task needs of either form, and [Read]
// reads all of it. The [Header] has the options and lists the pieces, and each piece has the
// files of some tasks that follow on each other. A piece lies in the folder NAME.pieces
// beside the header NAME, is compressed by gzip, and is named after its bytes: a plan that is
// written again under the same name leaves the pieces alone that tasks of the one before may
// be reading.
//
// The files plan.go (what a plan is), fingerprint.go, pieces.go and open.go are best read in
// that order; parse.go and json.go check and spell what comes from elsewhere.
package plan
