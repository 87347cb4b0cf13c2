package encode

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestDecompressWindow: a frame may ask for maxWindow of memory and for no more.
func TestDecompressWindow(t *testing.T) {
	t.Parallel()
	// frame has the content "x" and asks for 64 MiB, and eighths of that more.
	frame := func(eighths byte) []byte {
		const exponent = 16 // of a Window_Descriptor, RFC 8878, section 3.1.1.1.2: 64 MiB are 1<<(10+exponent)
		return []byte{
			0x28, 0xb5, 0x2f, 0xfd, // Magic_Number
			0, // Frame_Header_Descriptor: a Window_Descriptor follows, and no size
			exponent<<3 | eighths,
			1 | 1<<3, 0, 0, // Block_Header: the last block, raw, of one byte
			'x',
		}
	}
	read := func(packed []byte) ([]byte, error) {
		r, closeReader, err := Decompress(bytes.NewReader(packed), Zstd)
		if err != nil {
			return nil, err
		}
		defer closeReader()
		return io.ReadAll(r)
	}
	if maxWindow != 1<<(10+16) {
		t.Fatalf("the window limit is %d; these frames are made for 64 MiB", maxWindow)
	}
	if got, err := read(frame(0)); err != nil || string(got) != "x" {
		t.Errorf("a window of 64 MiB: %q, %v", got, err)
	}
	if _, err := read(frame(1)); !errors.Is(err, zstd.ErrWindowSizeExceeded) {
		t.Errorf("a window of 72 MiB: error is %v; want %v", err, zstd.ErrWindowSizeExceeded)
	}
}

// TestDecompressDamaged: what is no frame, or is cut off, is an error and no end.
func TestDecompressDamaged(t *testing.T) {
	t.Parallel()
	for _, codec := range []Compression{Zstd, Gzip} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			compress, err := NewCompressor(codec, 0)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := compress(nil, bytes.Repeat([]byte("a line\n"), 1000))
			if err != nil {
				t.Fatal(err)
			}
			for n := 1; n <= len(whole); n++ {
				packed := bytes.Clone(whole[:n])
				if n == len(whole) {
					packed[0] ^= 0xff
				}
				r, closeReader, err := Decompress(bytes.NewReader(packed), codec)
				if err == nil {
					_, err = io.Copy(io.Discard, r)
					closeReader()
				}
				if err == nil {
					t.Errorf("%d of %d bytes are no error", n, len(whole))
				}
			}
		})
	}
}
