package verify

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"

	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// recordedFile is a file that a record lists.
type recordedFile struct {
	job         *verifiedJob
	object      string
	bytes, rows int64
	tableRows   int64 // rows, or 0 for rejects
	crc32       string
	columns     []string          // of a Parquet file; nil for lines
	compression table.Compression // of lines

	asRecorded bool
}

// recordedFiles are the files of a job's record.
func (j *verifiedJob) recordedFiles() []*recordedFile {
	r := &j.at.Record
	var columns []string
	if r.Options.Format == table.Parquet {
		for _, c := range r.Columns {
			columns = append(columns, c.Name)
		}
	}
	var files []*recordedFile
	for _, p := range r.Outputs {
		files = append(files, &recordedFile{
			job: j, object: storage.Join(j.dest, p.Name), bytes: p.Bytes, rows: p.Rows, tableRows: p.Rows, crc32: p.CRC32,
			columns: columns, compression: r.Options.Compression,
		})
	}
	for _, p := range r.Rejects {
		files = append(files, &recordedFile{
			job: j, object: storage.Join(j.dest, p.Name), bytes: p.Bytes, rows: p.Rows, crc32: p.CRC32, compression: table.Gzip,
		})
	}
	return files
}

// readFile compares a file with its record; the finding has no kind if there is
// none. A file is damaged only if it looks the same twice: what a connection has
// damaged is an error.
func (v *verifier) readFile(ctx context.Context, f *recordedFile) (Finding, error) {
	found, err := v.readOnce(ctx, f)
	if err != nil || found.Kind == "" {
		return found, err
	}
	again, err := v.readOnce(ctx, f)
	if err == nil && again != found {
		err = errUnsteady(f.object)
	}
	return found, err
}

// The parts of a file that are in memory: what is read at a time, and the end of
// a Parquet file. Footers of parts of 256 MiB have some 100 KB; where one does
// not fit the file is read again.
const (
	readSize  = 256 << 10
	tailSize  = 1 << 20
	linesSize = 32 << 10 // of what is decompressed
)

func (v *verifier) readOnce(ctx context.Context, f *recordedFile) (Finding, error) {
	finding := func(kind Kind, message string, args ...any) (Finding, error) {
		return Finding{f.job.name, f.object, kind, fmt.Sprintf(message, args...)}, nil
	}
	for keep := int64(tailSize); ; {
		s, err := v.sum(ctx, f, keep)
		if errors.Is(err, fs.ErrNotExist) {
			return finding(Missing, "its record lists it, and it is not there")
		}
		if err != nil {
			return Finding{}, err
		}
		switch sum := storage.FormatCRC32(s.sum); {
		case s.size > f.bytes:
			return finding(Size, "it has more than the %d bytes that its record says", f.bytes)
		case s.size < f.bytes:
			return finding(Size, "it has %d bytes, its record says %d", s.size, f.bytes)
		case sum != f.crc32:
			return finding(Damaged, "its CRC32 is %s, its record says %q", sum, f.crc32)
		case s.linesErr != nil:
			return finding(Lines, "its lines cannot be counted: %v", s.linesErr)
		case f.columns == nil && s.lines != f.rows:
			return finding(Lines, "it has %d lines, its record says %d", s.lines, f.rows)
		case f.columns == nil:
			return Finding{}, nil
		}
		if size, _ := parquetfile.FooterSize(s.tail); int64(len(s.tail)) < size && size <= f.bytes {
			keep = size
			continue
		}
		if err := parquetfile.CheckFooter(s.tail, f.rows, f.columns); err != nil {
			return finding(Footer, "%v", err)
		}
		return Finding{}, nil
	}
}

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

// read tells of bytes that were read.
func (v *verifier) read(bytes int) {
	if v.options.OnRead != nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.options.OnRead(bytes)
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
