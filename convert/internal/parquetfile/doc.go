// Package parquetfile writes record batches as Parquet files, and checks their footers.
//
// It implements encode.Format for the writer of package convert; package verify uses
// FooterSize and CheckFooter. Every column is optional, Arrow's dictionary columns have
// dictionaries and all others are PLAIN, and data pages are of version 1, because that
// is what every reader understands. Comments name the documents of the Parquet format
// (Encodings.md, PageIndex.md, BloomFilter.md, parquet.thrift) that say why a byte is
// where it is.
//
// An encoder makes a row group as a Parquet file of its own in memory: pages encoded
// straight from Arrow's buffers, page index, bloom filters, footer. parquet-go strings
// such files together:
//
//	groupEncoder ─▶ columnChunk ─▶ pageValues and levels ─▶ compressor ─▶ page
//	                                                 encode.RowGroup ─▶ filePart ─▶ parquet-go
//
// parquet-go copies pages as they are as long as codec, encodings, page version and
// sizes of bloom filters are those it would have chosen. Otherwise it encodes them
// again, silently: a test compares bytes.
//
// An encoder holds the row group that it makes, a page before and after compression,
// and eight bytes for each value of a column that has a bloom filter. A part holds what
// the footer will say.
package parquetfile
