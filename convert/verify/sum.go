package verify

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"

	"batchreport/convert/internal/encode"
	"batchreport/convert/table"
)

// The parts of a file that are in memory: what is read at a time, and the end of
// a Parquet file. Footers of parts of 256 MiB have some 100 KB; where one does
// not fit the file is read again.
const (
	readSize  = 256 << 10
	tailSize  = 1 << 20
	linesSize = 32 << 10 // of what is decompressed
)

// summed is what was read of a file.
type summed struct {
	size     int64 // no more than one reading above what is expected
	sum      uint32
	tail     []byte // of a Parquet file
	lines    int64
	linesErr error
}

// sum reads a file whole, and keeps so many bytes of the end of a Parquet file.
func (v *verifier) sum(ctx context.Context, f *recordedFile, keep int64) (*summed, error) {
	in, err := v.store.Open(ctx, f.object, "")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	s := &summingReader{r: in, limit: f.bytes, onRead: v.read}
	r := bufio.NewReaderSize(s, int(max(0, min(readSize, f.bytes+1))))
	var got summed
	if f.columns == nil {
		got.lines, got.linesErr = countLines(r, f.compression)
	} else {
		got.tail = make([]byte, max(0, min(keep, f.bytes)))
		if _, err := io.CopyN(io.Discard, r, f.bytes-int64(len(got.tail))); err == nil {
			_, _ = io.ReadFull(r, got.tail) // a file that is too short shows in its size
		}
	}
	_, _ = r.WriteTo(io.Discard) // what was not needed; s keeps the error
	got.size, got.sum = s.size, s.sum
	return &got, s.err
}

// read tells Options.OnRead of n bytes that were read.
func (v *verifier) read(n int) {
	if v.options.OnRead != nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.options.OnRead(n)
	}
}

// summingReader sums up what is read of r, and remembers why r could not be
// read: a decoder may take that for damage. It ends where more than limit bytes
// have been read.
type summingReader struct {
	r      io.Reader
	limit  int64
	onRead func(bytes int)

	size int64
	sum  uint32 // CRC-32
	err  error  // but io.EOF
}

// Read implements io.Reader.
func (s *summingReader) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.size > s.limit {
		return 0, io.EOF
	}
	n, err := s.r.Read(p)
	s.size += int64(n)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	s.onRead(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// countLines counts the lines in r.
func countLines(r io.Reader, compression table.Compression) (lines int64, err error) {
	r, closeReader, err := encode.Decompress(r, compression)
	if err != nil {
		return 0, err
	}
	defer closeReader()
	buf := make([]byte, linesSize)
	for {
		n, err := r.Read(buf)
		lines += int64(bytes.Count(buf[:n], []byte{'\n'}))
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
	}
}
