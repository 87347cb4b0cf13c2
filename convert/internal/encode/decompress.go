package encode

import (
	"compress/gzip"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is what a decoder may need in memory: our encoder needs 8 MiB at its
// highest level, and a damaged frame may ask for anything.
const maxWindow = 64 << 20

// Decompress returns what is compressed in r.
func Decompress(r io.Reader, compression Compression) (_ io.Reader, closeReader func(), err error) {
	switch compression {
	case Gzip:
		z, err := gzip.NewReader(r)
		return z, func() {}, err
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
