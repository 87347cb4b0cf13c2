package table

import "batchreport/convert/internal/encode"

// Compression is the codec of a part.
type Compression = encode.Compression

// The codecs of a part. Snappy is for Parquet only.
const (
	Zstd   = encode.Zstd
	Snappy = encode.Snappy
	Gzip   = encode.Gzip
	None   = encode.None
)
