// Package batch makes, gathers and reads Arrow record batches.
//
// The normalizer of package convert fills batches with a Builder, one for each
// worker. Its writer holds the batches of a partition as Rows until they make a row
// group. A Gatherer copies single rows of batches into a batch of its own: for Rows
// where a batch has rows of several partitions, and for package extsort, which puts
// rows in another order. Packages parquetfile, ndjson and extsort read the columns
// through Valid and Strings.
//
// Builders and Gatherers write Arrow's buffers themselves, because Arrow's own
// builders append a null to every column that a row does not have, and most columns
// of a row are null. All buffers come from the memory.Allocator given, in a run that
// of NewRecycler, which keeps freed ones for the next batch.
//
// A batch belongs to whoever holds it, and is released exactly once. A Builder or
// Gatherer belongs to one worker and holds the batch that it is filling; package
// convert says how large that gets.
package batch
