package source

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// bare makes one job of result files without a manifest. It has an id if all of
// them lie in the folder of one job, but not the name of that job, for it may
// not be the whole of it.
func (s *Finder) bare(ctx context.Context, names []string) (plan.Job, error) {
	var job plan.Job
	id, _ := schema.SplitJob(names[0])
	for _, name := range names {
		if !utf8.ValidString(name) {
			return plan.Job{}, fmt.Errorf("read %q: the name is not UTF-8, so report_file cannot have it", name)
		}
		if other, _ := schema.SplitJob(name); other != id {
			id = ""
		}
		info, err := s.Store.Stat(ctx, name)
		if err != nil {
			return plan.Job{}, err
		}
		f := plan.File{Name: name, Key: name, Size: info.Size, ETag: info.ETag}
		if s.Planned && info.Size < 0 {
			return plan.Job{}, errOnce(name)
		}
		if s.Hash {
			if f.MD5, err = s.hashFile(ctx, name, f.ETag); err != nil {
				return plan.Job{}, err
			}
		}
		if s.Hash && info.Size < 0 { // the store may have kept it, and know its size now
			if info, err = s.Store.Stat(ctx, name); err != nil {
				return plan.Job{}, err
			}
			if f.Size = info.Size; f.Size < 0 {
				return plan.Job{}, errOnce(name)
			}
		}
		job.Files = append(job.Files, f)
	}
	if id != "" {
		job.ID = &id
	}
	job.Name = sourceName(job.Files)
	return job, nil
}

// errOnce is the error of a file that is to be read more than once and cannot be.
func errOnce(name string) error {
	return &storage.Error{
		Op: "read", Name: name, Err: errors.New("it is a pipe or a device: it can be read only once, and tasks cannot share it"),
		Hint: "convert it, without a plan, or plan a file that holds what comes out of it",
	}
}

func (s *Finder) hashFile(ctx context.Context, name, etag string) (string, error) {
	f, err := reportfile.Open(ctx, s.Store, name, etag)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := md5.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sourceName names a job that has no id, by the names and sums of its files.
func sourceName(files []plan.File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %s\n", len(f.Key), f.Key, f.MD5)
	}
	return table.SourceName(h.Sum(nil))
}
