package main

import (
	"bufio"
	"crypto/md5"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// resultFile is a result file that is being written. It is open only while its
// buffer is written out, so that a report may have more files than a process.
type resultFile struct {
	name   string
	size   int64
	md5    hash.Hash
	buffer *bufio.Writer
}

// createResult creates name in folder, one of several files.
func createResult(folder, name string, files int) (*resultFile, error) {
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		return nil, err
	}
	f := &resultFile{name: name, md5: md5.New()}
	// All buffers together take at most 256 MiB.
	f.buffer = bufio.NewWriterSize(io.MultiWriter(appender(path), f.md5), min(1<<20, max(256<<20/files, 4<<10)))
	return f, nil
}

func (f *resultFile) write(row []byte) error {
	f.size += int64(len(row))
	_, err := f.buffer.Write(row)
	return err
}

func (f *resultFile) close() error { return f.buffer.Flush() }

// appender is a path of a file to whose end it writes.
type appender string

func (a appender) Write(p []byte) (int, error) {
	f, err := os.OpenFile(string(a), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return 0, err
	}
	n, err := f.Write(p)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return n, err
}
