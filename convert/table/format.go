package table

import "batchreport/convert/internal/encode"

// Format is the format of the table's files, its parts.
type Format string

// The formats of a part.
const (
	Parquet Format = "parquet"
	NDJSON  Format = "ndjson" // one JSON object a line
)

// Compression is the codec of a part: of the pages of a Parquet file, of an NDJSON
// file as a whole. It is encode's, which nobody outside of package convert can
// import.
type Compression = encode.Compression

// The codecs of a part. Snappy is for Parquet only.
const (
	Zstd   = encode.Zstd
	Snappy = encode.Snappy
	Gzip   = encode.Gzip
	None   = encode.None
)
