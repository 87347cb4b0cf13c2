package encode

import (
	"compress/gzip"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is how much memory a zstd frame may ask a decoder for: our encoder uses
// 8 MiB at its highest level, and a damaged frame may ask for anything.
const maxWindow = 64 << 20

// Decompress returns a reader of what is compressed in r. closeReader frees what it
// holds and is to be called once. Snappy is a codec of pages inside Parquet files, not
// of files: such an r, and one of None, is returned as it is.
func Decompress(r io.Reader, compression Compression) (_ io.Reader, closeReader func(), err error) {
	switch compression {
	case Gzip:
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, nil, err
		}
		return z, func() {}, nil
	case Zstd:
		// One goroutine: files are read several at a time.
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	default:
		return r, func() {}, nil
	}
}
