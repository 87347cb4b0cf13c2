package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// hiveNull is the value in a path that stands for null.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"

// layout is one way to keep the rows of a report.
type layout struct {
	name  string
	csv   int64 // bytes of its CSV files, which have nothing to prune by
	files []*file
}

// file is a Parquet file of a layout.
type file struct {
	*parquet.File
	name      string
	closer    *os.File
	partition map[string]string // columns in its path; those that are null are not there
	inPath    map[string]bool   // all columns in its path
	columns   map[string]int    // numbers of those in it
	size      int64             // bytes
	footer    int64             // of these, with length and magic number
}

// openLayout opens all Parquet and CSV files in a folder, or one file.
func openLayout(name, root string) (*layout, error) {
	l := &layout{name: name}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "_batchreport":
			return fs.SkipDir
		case d.IsDir():
			return nil
		case strings.HasSuffix(path, ".parquet"):
			below, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			f, err := openFile(path, below)
			if err != nil {
				return fmt.Errorf("open %s: %w", path, err)
			}
			l.files = append(l.files, f)
		case strings.HasSuffix(path, ".csv"):
			info, err := d.Info()
			if err != nil {
				return err
			}
			l.csv += info.Size()
		}
		return nil
	})
	if err == nil && l.csv == 0 && len(l.files) == 0 {
		err = errors.New("there is no Parquet and no CSV file")
	}
	if err != nil {
		l.close()
		return nil, fmt.Errorf("layout %s: %w", name, err)
	}
	return l, nil
}

func (l *layout) close() {
	for _, f := range l.files {
		f.closer.Close()
	}
}

// openFile opens a file whose path below the layout's root is below.
func openFile(path, below string) (*file, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &file{name: path, closer: r, partition: map[string]string{}, inPath: map[string]bool{}, columns: map[string]int{}}
	if err := f.read(below); err != nil {
		r.Close()
		return nil, err
	}
	return f, nil
}

func (f *file) read(below string) error {
	info, err := f.closer.Stat()
	if err != nil {
		return err
	}
	var end [8]byte
	if _, err := f.closer.ReadAt(end[:], info.Size()-int64(len(end))); err != nil {
		return err
	}
	f.size = info.Size()
	f.footer = int64(binary.LittleEndian.Uint32(end[:4])) + int64(len(end))
	// Indexes and filters are read where the model reads them.
	if f.File, err = parquet.OpenFile(f.closer, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true)); err != nil {
		return err
	}
	for i, column := range f.Schema().Fields() {
		f.columns[column.Name()] = i
	}
	for folder := range strings.SplitSeq(filepath.ToSlash(filepath.Dir(below)), "/") {
		name, value, ok := strings.Cut(folder, "=")
		if !ok {
			continue
		}
		f.inPath[name] = true
		if value == hiveNull {
			continue
		}
		if f.partition[name], err = url.PathUnescape(value); err != nil {
			return err
		}
	}
	return nil
}

// ours reports whether batchreport wrote the file: keys are decoded there.
func (f *file) ours() bool { return strings.HasPrefix(f.Metadata().CreatedBy, "batchreport ") }
