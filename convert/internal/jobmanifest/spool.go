package jobmanifest

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"

	"batchreport/convert/internal/extsort"
)

// Spool keeps the rows of a manifest until it is known what the manifest is called:
// a temporary file without a name, which is created for the first row.
type Spool struct {
	dir  string // "" means os.TempDir
	f    *os.File
	name string // "" once nobody can see the file
	w    *bufio.Writer
	hash hash.Hash

	rows, bytes int64
}

// NewSpool returns a file of no rows yet, in that folder; "" means os.TempDir.
func NewSpool(dir string) *Spool { return &Spool{dir: dir} }

// Rows returns how many rows were written.
func (s *Spool) Rows() int64 { return s.rows }

// Write appends a row with its line end. What goes wrong with the file is an
// *extsort.SpillError.
func (s *Spool) Write(row []byte) error {
	if s.f == nil {
		f, err := os.CreateTemp(s.dir, "batchreport-retry-*")
		if err != nil {
			return s.fails(err)
		}
		s.f, s.name, s.hash = f, f.Name(), md5.New()
		if os.Remove(s.name) == nil {
			s.name = ""
		}
		s.w = bufio.NewWriterSize(io.MultiWriter(f, s.hash), 64<<10)
	}
	s.rows++
	s.bytes += int64(len(row))
	if _, err := s.w.Write(row); err != nil {
		return s.fails(err)
	}
	return nil
}

// md5 returns the MD5 of what was written, in lower-case hex.
func (s *Spool) md5() (string, error) {
	if s.f == nil {
		s.hash = md5.New()
	} else if err := s.w.Flush(); err != nil {
		return "", s.fails(err)
	}
	return hex.EncodeToString(s.hash.Sum(nil)), nil
}

// copy copies what was written to out.
func (s *Spool) copy(out io.Writer) error {
	if s.f == nil {
		return nil
	}
	if err := s.w.Flush(); err != nil {
		return s.fails(err)
	}
	w := &onlyErrors{w: out}
	_, err := io.Copy(struct{ io.Writer }{w}, struct{ io.Reader }{io.NewSectionReader(s.f, 0, s.bytes)})
	switch {
	case w.err != nil:
		return w.err
	case err != nil:
		return s.fails(err)
	}
	return nil
}

// onlyErrors remembers the error of a writer, to tell it from that of a reader.
type onlyErrors struct {
	w   io.Writer
	err error
}

func (o *onlyErrors) Write(p []byte) (n int, err error) {
	n, o.err = o.w.Write(p)
	return n, o.err
}

// fails returns the error that a user gets to see.
func (s *Spool) fails(err error) error {
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		err = path.Err // the random name of the file would say nothing to anybody
	}
	dir := s.dir
	if dir == "" {
		dir = os.TempDir()
	}
	return &extsort.SpillError{Dir: dir, Err: err}
}

// Close drops the file, if there is one.
func (s *Spool) Close() {
	if s.f == nil {
		return
	}
	_ = s.f.Close() // what was written is dropped
	if s.name != "" {
		_ = os.Remove(s.name)
	}
	s.f = nil
}
