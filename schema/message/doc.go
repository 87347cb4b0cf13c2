// Package message splits the ResultMessage of a task, the last column of a completion
// report, into columns of the table.
//
// A [Parser] is made by [NewParser] for the columns that a table has, and [Parser.Parse]
// splits one message after the other: it tells the [Kind] of each, and fills the fields of a
// [Message]. The message may be JSON, the repr of a Python value, or an error in the words
// of Lambda, botocore or an AWS SDK, and one of these may stand in another.
// [Message.Rebuilds] reports whether the fields have all of it.
//
// The package is pure: it does no I/O, starts no goroutine and has no variables that
// change. It takes any bytes: what it cannot read is of [KindText], never an error and never
// a panic. The fields are views of the message and of scratch memory of the parser, so that
// messages are split without allocations.
package message
