// Package parquetfile writes record batches as Parquet files, and checks their footers.
//
// It implements encode.Format for the writer of package convert; package verify uses
// FooterSize and CheckFooter. Every column is optional, Arrow's dictionary columns have
// dictionaries and all others are PLAIN, and data pages are of version 1, because that
// is what every reader understands. Comments name the documents of the Parquet format
// (Encodings.md, PageIndex.md, BloomFilter.md, parquet.thrift) that say why a byte is
// where it is.
//
// An encoder makes row groups: pages encoded straight from Arrow's buffers, and bloom
// filters. A part writes them as they are, one after the other, and behind the last of
// them the page index and the footer, which it has put together meanwhile:
//
//	groupEncoder ─▶ columnChunk ─▶ pageValues and levels ─▶ compressor ─▶ page
//	                                     encode.RowGroup and groupMeta ─▶ filePart
//
// parquet-go reads such files back, in package verify and in tests, and says how a schema
// and what is written in Thrift look.
//
// An encoder holds the row group that it makes, a page before and after compression,
// and eight bytes for each value of a column that has a bloom filter. A part holds what
// the footer will say.
package parquetfile
