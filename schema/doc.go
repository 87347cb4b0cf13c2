// Package schema knows what an Amazon S3 Batch Operations completion report
// says and what the table made of it looks like: manifest.json, the records of
// the result files, the forms of ResultMessage, and the columns of the output.
//
// The package is pure: it does no I/O and starts no goroutine. Bytes go in,
// views of those bytes and scratch memory of the parser come out.
package schema
