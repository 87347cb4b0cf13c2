// Package ndjson writes record batches as NDJSON files: one JSON object (RFC 8259) a
// line, its members in the schema's order, nulls left out.
//
// It implements encode.Format for the writer of package convert. A row group is the
// lines of its rows, compressed as one zstd frame or one gzip member where the file is
// to be: both formats define a sequence of them to be the sequence of their contents.
//
// An encoder holds the lines of one row group, some 4 MiB of Arrow's buffers as JSON,
// and the compressor's memory. What it returns it does not keep.
package ndjson
