package extsort

import (
	"errors"
	"fmt"
	"os"
)

// SpillError says that rows to be sorted could not be kept on disk meanwhile.
type SpillError struct {
	Dir string
	Err error
}

// Error implements error.
func (e *SpillError) Error() string {
	return fmt.Sprintf("keep rows to be sorted in %s: %v", e.Dir, e.Err)
}

// Unwrap returns the cause.
func (e *SpillError) Unwrap() error { return e.Err }

// spillFile is the temporary file of the runs of a task that memory has no room for.
// It is created for the first of them.
type spillFile struct {
	dir  string // "" means os.TempDir
	f    *os.File
	name string // "" once nobody can see the file
	size int64
}

// append writes bytes at the end of the file and returns where they are.
func (s *spillFile) append(b []byte) (at int64, err error) {
	if s.f == nil {
		if s.f, err = os.CreateTemp(s.dir, "batchreport-sort-*"); err != nil {
			return 0, s.fails(err)
		}
		// A file without a name goes with the process, however that ends. Where a
		// system does not remove the name of an open file, close does it.
		if s.name = s.f.Name(); os.Remove(s.name) == nil {
			s.name = ""
		}
	}
	at = s.size
	if _, err := s.f.WriteAt(b, at); err != nil {
		return 0, s.fails(err)
	}
	s.size += int64(len(b))
	return at, nil
}

// fails returns the error that a user gets to see.
func (s *spillFile) fails(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err // the random name of the file would say nothing to anybody
	}
	dir := s.dir
	if dir == "" {
		dir = os.TempDir()
	}
	return &SpillError{dir, err}
}

// close closes the file, if there is one, and with it drops what it has.
func (s *spillFile) close() error {
	if s.f == nil {
		return nil
	}
	err := s.f.Close()
	if s.name != "" {
		err = errors.Join(err, os.Remove(s.name))
	}
	s.f = nil
	if err != nil {
		return s.fails(err)
	}
	return nil
}
