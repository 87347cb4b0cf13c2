package encode

// Compression is the codec of a part.
type Compression string

// The codecs of a part. Snappy is for Parquet only.
const (
	Zstd   Compression = "zstd"
	Snappy Compression = "snappy"
	Gzip   Compression = "gzip"
	None   Compression = "none"
)
