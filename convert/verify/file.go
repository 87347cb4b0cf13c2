package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/internal/stage"
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
	r := &j.register.Record
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

// maxUnread is how many files cannot be read before reading is given up: each
// may take as long as the store's client tries.
const maxUnread = 20

// readFiles reads all files and notes in their jobs what it finds. It returns the
// error that ended it early, if one did.
func (v *verifier) readFiles(ctx context.Context, files []*recordedFile) error {
	if v.options.OnPlan != nil {
		var total int64
		for _, f := range files {
			total += f.bytes
		}
		v.options.OnPlan(total)
	}
	var mu sync.Mutex // for jobs
	unread := 0
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(v.options.Workers)
	for _, f := range files {
		g.Go(stage.Guard(func() error {
			if gctx.Err() != nil {
				return nil
			}
			finding, err := v.readFile(gctx, f)
			if gctx.Err() != nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				f.job.err = errors.Join(f.job.err, err)
				if unread++; unread == maxUnread {
					return fmt.Errorf("verify %s: gave up after %d files that cannot be read", v.dest, unread)
				}
			case finding.Kind != "":
				f.job.findings = append(f.job.findings, finding)
			default:
				f.asRecorded = true
			}
			v.options.Log.Debug("read a file", "job", f.job.name, "file", f.object, "bytes", f.bytes, "rows", f.rows, "as recorded", f.asRecorded)
			return nil
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
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

// readOnce is readFile, from one reading.
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
			return finding(WrongSize, "it has more than the %d bytes that its record says", f.bytes)
		case s.size < f.bytes:
			return finding(WrongSize, "it has %d bytes, its record says %d", s.size, f.bytes)
		case sum != f.crc32:
			return finding(Damaged, "its CRC32 is %s, its record says %q", sum, f.crc32)
		case s.linesErr != nil:
			return finding(WrongLines, "its lines cannot be counted: %v", s.linesErr)
		case f.columns == nil && s.lines != f.rows:
			return finding(WrongLines, "it has %d lines, its record says %d", s.lines, f.rows)
		case f.columns == nil:
			return Finding{}, nil
		}
		if size, _ := parquetfile.FooterSize(s.tail); int64(len(s.tail)) < size && size <= f.bytes {
			keep = size
			continue
		}
		if err := parquetfile.CheckFooter(s.tail, f.rows, f.columns); err != nil {
			return finding(WrongFooter, "%v", err)
		}
		return Finding{}, nil
	}
}

// errUnsteady is for what cannot be read the same way twice.
func errUnsteady(name string) error {
	return &storage.Error{
		Op: "read", Name: name, Err: errors.New("two readings gave different bytes"),
		Hint: "what lies between store and program damages what it delivers, or somebody writes to the object",
	}
}
