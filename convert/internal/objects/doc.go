// Package objects tells what each object has come to over several jobs: of the last job that
// has it, the last row that failed or, where none did, the last row.
//
// [InOrder] says which job is the later one. [Ends] is the stage that goes through the rows of
// all jobs, sorted by object, and hands an [End] of each object to a [Taker]: to [Outcomes],
// which makes a row of it, or to what writes the manifest of a new job. [List] adds objects
// that no report has.
package objects
