package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// job reads a manifest. Its result files are found relative to it, so that a
// copy works as the original does.
func (s *Finder) job(ctx context.Context, name string) (plan.Job, error) {
	m, err := s.readManifest(ctx, name)
	if err != nil {
		return plan.Job{}, err
	}
	folder := strings.TrimSuffix(name, "manifest.json")
	look := s.lookup(ctx)
	job := plan.Job{}
	if !m.Created.IsZero() {
		job.ReportCreatedAt = &m.Created
	}
	job.Files = m.files
	id, err := jobID(name, job.Files)
	if err != nil {
		return plan.Job{}, err
	}
	for i := range job.Files {
		f := &job.Files[i]
		keyID, rest := schema.SplitJob(f.Key)
		if keyID == "" {
			rest = path.Join(path.Base(path.Dir(f.Key)), path.Base(f.Key))
		}
		if leavesFolder(folder, rest) {
			return plan.Job{}, reportfile.Wrong(name, fmt.Errorf("it names %s, which leads out of its folder", storage.Shown(f.Key)), "S3 writes no such key: get the report from S3 again")
		}
		if f.Name = folder + rest; strings.HasSuffix(f.Name, f.Key) {
			f.Key = f.Name[len(f.Name)-len(f.Key):] // the same bytes in memory
		}
	}
	found := make([]bool, len(job.Files))
	if len(job.Files) > manyFiles {
		if found, err = s.findListed(ctx, job.Files); err != nil {
			return plan.Job{}, err
		}
	}
	at, first := Places{}, sameFiles{files: job.Files}
	for i := range job.Files {
		f := &job.Files[i]
		if !found[i] {
			info, ok, err := stored(look, f.Name, folder+path.Base(f.Key))
			if err != nil {
				return plan.Job{}, err
			}
			if !ok {
				return plan.Job{}, s.missing(ctx, name, f.Name)
			}
			f.Name, f.Size, f.ETag = info.Name, info.Size, info.ETag
		}
		if other, twice := first.add(at, i); twice {
			return plan.Job{}, errTwice(name, f.Name, job.Files[other].Key, f.Key)
		}
	}
	if id != "" {
		job.Name, job.ID = id, &id
	} else {
		job.Name = sourceName(append([]plan.File{{Key: name, MD5: m.sum}}, job.Files...))
	}
	return job, nil
}

// missing is the error of a result file that is not there.
func (s *Finder) missing(ctx context.Context, manifest, file string) error {
	missing := &storage.Error{Op: "read", Name: file, Err: fs.ErrNotExist, Hint: "the manifest " + manifest + " lists this result file; it is looked for relative to the manifest"}
	if info, err := s.Store.Stat(ctx, file); err == nil && info.Size < 0 { // not listed, for it is no file
		missing.Err = errors.New("is a pipe or a device, where the file is needed that the manifest lists")
		missing.Hint = "put the file there, or name the pipe as a SOURCE by itself"
	}
	return missing
}

// jobID returns the job of a manifest: that of its results' keys, or else that of
// its own name. Results of several jobs are an error: their rows would all be
// given to one of them.
func jobID(name string, files []plan.File) (string, error) {
	id, _ := schema.SplitJob(name)
	first := ""
	for i, f := range files {
		keyID, _ := schema.SplitJob(f.Key)
		if i == 0 {
			first, id = keyID, cmp.Or(keyID, id)
		}
		if keyID != first {
			return "", reportfile.Wrong(name, fmt.Errorf("it names results of two jobs, %s and %s", storage.Shown(files[0].Key), storage.Shown(f.Key)), "a manifest is that of one job: name the manifest.json that S3 has written for each of them")
		}
	}
	return id, nil
}

// errTwice is the error of a manifest by which the rows of a file would be read
// twice.
func errTwice(manifest, file, key, again string) error {
	err := fmt.Errorf("it names %s twice", storage.Shown(key))
	if key != again {
		err = fmt.Errorf("it names %s and %s, which are one file, %s", storage.Shown(key), storage.Shown(again), storage.Shown(file))
	}
	return reportfile.Wrong(manifest, err, "the manifest was edited, for S3 names each result file once: get it from S3 again, or take one of the two entries out")
}

// leavesFolder reports whether a result file that is named relative to the local
// folder of its manifest would be outside of it.
func leavesFolder(folder, rest string) bool {
	return !storage.IsS3(folder) && slices.Contains(strings.Split(rest, "/"), "..")
}

// stored looks for a result file: where S3 wrote it, or else beside its manifest, as
// those have it who download them into one folder; there or there by its name or
// compressed by gzip. Its MD5 tells whether it is the file.
func stored(look lookup, names ...string) (info storage.Info, ok bool, err error) {
	for _, name := range names {
		for _, name := range []string{name, name + ".gz"} {
			if info, ok, err = look(name); ok || err != nil {
				return info, ok, err
			}
		}
	}
	return storage.Info{}, false, nil
}

// lookup describes an object, if it is there.
type lookup func(name string) (info storage.Info, ok bool, err error)

// lookup returns a lookup that lists each folder once, rather than to ask for each
// object.
func (s *Finder) lookup(ctx context.Context) lookup {
	folders := map[string]map[string]storage.Info{}
	return func(name string) (storage.Info, bool, error) {
		folder := folderOf(name)
		if folders[folder] == nil {
			objects := map[string]storage.Info{}
			for info, err := range s.Store.List(ctx, folder) {
				if err != nil {
					return storage.Info{}, false, err
				}
				objects[info.Name] = info
			}
			folders[folder] = objects
		}
		info, ok := folders[folder][name]
		return info, ok, nil
	}
}
