// Package encode says what the program needs of a file format, and has the codecs
// that formats share.
//
// Packages parquetfile and ndjson each implement Format. The writer of package convert
// uses nothing else of them: it makes row groups with one Encoder for each worker, and
// strings them together with one PartWriter for each open part. Package verify reads
// parts with Decompress, extsort keeps its own buffers in Buffers.
//
// Encoders and Compressors keep their working memory between calls. An encoded row
// group belongs to whoever holds it; its bytes go back through Buffers.
package encode
