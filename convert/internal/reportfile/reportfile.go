// Package reportfile opens the files of a completion report: it reads what is inside of
// gzip, and tells other kinds of files by how they begin, with what can be done about each.
// Whatever is wrong with a report is [ErrReport].
package reportfile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"

	"batchreport/convert/storage"
)

// File is the CSV of a result file that is being read. What is stored may be
// gzip: then its bytes are those inside.
type File struct {
	*bufio.Reader // to look ahead; blocks are read past its buffer
	body          io.ReadCloser
	stored        *storedReader
	zipped        bool
}

// headSize is how much of a file tells what it is: as much as an archive's header
// that has to be known. It is small, since each open file has so much.
const headSize = 512

// Open opens a result file. One that is of another kind is an error.
func Open(ctx context.Context, store storage.Store, name, etag string) (*File, error) {
	body, err := store.Open(ctx, name, etag)
	if err != nil {
		return nil, err
	}
	f, err := New(body, name)
	if err != nil {
		body.Close()
		return nil, err
	}
	return f, nil
}

// New returns the file of that name, of which body is what is stored. One that is of
// another kind is an error.
func New(body io.ReadCloser, name string) (*File, error) {
	f := &File{body: body, stored: &storedReader{r: body}}
	f.Reader = bufio.NewReaderSize(f.stored, headSize)
	head := f.Head()
	if isGzip(head, name) {
		f.zipped = true
		f.Reader = bufio.NewReaderSize(&gunzip{stored: f.stored, r: bufio.NewReaderSize(f.Reader, gzipAhead)}, headSize)
		head = f.Head()
	}
	if err := foreign(head, f.zipped); err != nil {
		err.Name = name
		return nil, err
	}
	return f, nil
}

// Close closes what is stored.
func (f *File) Close() { f.body.Close() }

// Stored returns how many bytes were read of what is stored.
func (f *File) Stored() int64 { return f.stored.size }

// Attests reports whether the store knows that the file has that MD5. What it knows of
// gzip says nothing about what is inside.
func (f *File) Attests(md5 string) bool { return !f.zipped && storage.Attests(f.body, md5) }

// Head returns how the file begins. Why there is no more of it, who reads it is told
// again.
func (f *File) Head() []byte {
	head, _ := f.Peek(headSize)
	return head
}

// isGzip reports whether a file that begins like that is gzip. One of which so little
// is left that it could be anything is what its name says.
func isGzip(head []byte, name string) bool {
	const magic = "\x1f\x8b"
	return strings.HasPrefix(string(head), magic) || len(head) < len(magic) && strings.HasSuffix(name, ".gz")
}

// gzipAhead is how much of a gzip file is asked for at once.
const gzipAhead = 64 << 10

// storedReader counts what is read of a body. After the first error every Read returns it.
type storedReader struct {
	r    io.Reader
	size int64
	err  error
}

func (s *storedReader) Read(p []byte) (n int, err error) {
	if s.err == nil {
		n, s.err = s.r.Read(p)
		s.size += int64(n)
	}
	return n, s.err
}

// gunzip reads what is inside of gzip, of all its members.
type gunzip struct {
	stored *storedReader
	r      *bufio.Reader
	z      *gzip.Reader
	err    error // what every later Read returns
}

func (g *gunzip) Read(p []byte) (n int, err error) {
	if g.z == nil && g.err == nil {
		g.z, err = gzip.NewReader(g.r)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // no gzip is empty
		}
		g.err = g.failed(err)
	}
	if g.err == nil {
		n, err = g.z.Read(p)
		g.err = g.failed(err)
	}
	return n, g.err
}

// failed returns why nothing more can be read.
func (g *gunzip) failed(err error) error {
	switch {
	case g.stored.err != nil && !errors.Is(g.stored.err, io.EOF):
		return g.stored.err // of which err may be a consequence
	case err == nil, errors.Is(err, io.EOF):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("its gzip is cut off, or something else follows after it: the file is damaged")
	default:
		return fmt.Errorf("its gzip is damaged: %w", err)
	}
}
