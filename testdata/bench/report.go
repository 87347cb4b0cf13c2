package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// report is a completion report on disk.
type report struct {
	mix   string
	rows  int64
	files int
	codes int // distinct error codes, where they are not those of the messages

	job   string // its folder
	bytes int64
}

// fullRows are those of the report that targets are stated for: 2 GB.
const fullRows = 4700000

// prepare sees to it that a report is there, and returns it.
func (b *bench) prepare(ctx context.Context, r report) (report, error) {
	dir := filepath.Join(b.data, fmt.Sprintf("%s-%d-%d-%d", r.mix, r.rows, r.files, r.codes))
	if err := r.find(dir); err == nil {
		return r, nil
	}
	b.say("make a report: %s, %d rows, %d files", r.mix, r.rows, r.files)
	part := dir + ".part"
	if err := os.RemoveAll(part); err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, b.gen, "-out", part, "-mix", r.mix, "-seed", "2",
		"-rows", strconv.FormatInt(r.rows, 10), "-files", strconv.Itoa(r.files), "-codes", strconv.Itoa(r.codes))
	if output, err := cmd.CombinedOutput(); err != nil {
		return r, fmt.Errorf("make report: %w: %s", err, tail(output))
	}
	if err := os.Rename(part, dir); err != nil {
		return r, err
	}
	return r, r.find(dir)
}

// find looks for the report in dir.
func (r *report) find(dir string) error {
	manifests, err := filepath.Glob(filepath.Join(dir, "*", "manifest.json"))
	if err != nil {
		return err
	}
	if len(manifests) != 1 {
		return fmt.Errorf("%s: %d reports: %w", dir, len(manifests), fs.ErrNotExist)
	}
	r.job = filepath.Dir(manifests[0])
	r.bytes, r.files, err = folderSize(filepath.Join(r.job, "results"))
	return err
}

// warm reads the report, so that no run waits for the disk.
func (r report) warm() error {
	return filepath.WalkDir(r.job, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(io.Discard, f)
		return err
	})
}

// String is what a table says about a report.
func (r report) String() string {
	return fmt.Sprintf("%d rows, %s, %d files", r.rows, size(r.bytes), r.files)
}

// folderSize is the size and number of the files in a folder that are part of
// the table: records of what was done are not.
func folderSize(dir string) (bytes int64, files int, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "_batchreport" {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		bytes, files = bytes+info.Size(), files+1
		return nil
	})
	return bytes, files, err
}
