package convert

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// maxManifestFile is the most bytes that are read of a manifest: some 250 a result
// file, so room for more than a million of them.
const maxManifestFile = 256 << 20

// job reads a manifest. Its result files are found relative to it, so that a
// copy works as the original does.
func (s *sources) job(ctx context.Context, name string) (Job, error) {
	data, _, err := s.store.Get(ctx, name, maxManifestFile)
	if err != nil {
		return Job{}, err
	}
	if err := s.checkManifest(ctx, name, data); err != nil {
		return Job{}, err
	}
	m, err := schema.ParseManifest(data)
	if err != nil {
		return Job{}, fmt.Errorf("%s: %w", name, err)
	}
	folder := strings.TrimSuffix(name, "manifest.json")
	look := s.lookup(ctx)
	job := Job{}
	if !m.Created.IsZero() {
		job.ReportCreatedAt = &m.Created
	}
	id, _ := schema.SplitJob(name)
	for _, r := range m.Results {
		keyID, rest := schema.SplitJob(r.Key)
		if keyID == "" {
			rest = path.Join(path.Base(path.Dir(r.Key)), path.Base(r.Key))
		} else {
			id = keyID
		}
		f := File{Name: folder + rest, Key: r.Key, Status: r.TaskExecutionStatus, MD5: r.MD5Checksum}
		info, ok, err := look(f.Name)
		if err != nil {
			return Job{}, err
		}
		f.Size, f.ETag = info.Size, info.ETag
		if !ok {
			return Job{}, &storage.Error{Op: "read", Name: f.Name, Err: fs.ErrNotExist, Hint: "the manifest " + name + " lists this result file; it is looked for relative to the manifest"}
		}
		job.Files = append(job.Files, f)
	}
	if id != "" {
		job.Name, job.ID = id, &id
	} else {
		job.Name = sourceName(append([]File{{Key: name, MD5: sum(data)}}, job.Files...))
	}
	return job, nil
}

// checkManifest compares a manifest with the sum that lies beside it, if one does.
func (s *sources) checkManifest(ctx context.Context, name string, data []byte) error {
	const longest = 1 << 16 // some hundred lines of md5sum
	want, _, err := s.store.Get(ctx, name+".md5", longest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if got, want := sum(data), listedSum(string(want), path.Base(name)); got != want {
		return fmt.Errorf("read %s: its MD5 is %s, %s.md5 says %q: the file is damaged or was changed", name, got, path.Base(name), want)
	}
	return nil
}

// listedSum returns the MD5 that a file of sums has for the file of that name: the
// file is one sum, as AWS writes it, or what md5sum prints, also with --tag.
func listedSum(text, base string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		sum, name, _ := strings.Cut(strings.TrimPrefix(line, `\`), " ")
		if tagged, ok := strings.CutPrefix(line, "MD5 ("); ok {
			if i := strings.LastIndex(tagged, ") = "); i >= 0 {
				name, sum = tagged[:i], tagged[i+len(") = "):]
			}
		}
		last = strings.ToLower(sum)
		if path.Base(strings.TrimLeft(name, " *")) == base {
			return last
		}
	}
	return last // of one file, whatever it was called there
}

func sum(data []byte) string {
	h := md5.Sum(data)
	return hex.EncodeToString(h[:])
}

// lookup returns a function that describes an object, if it is there. It lists
// each folder once, rather than to ask for each object.
func (s *sources) lookup(ctx context.Context) func(name string) (info storage.Info, ok bool, err error) {
	folders := map[string]map[string]storage.Info{}
	return func(name string) (storage.Info, bool, error) {
		folder := name[:strings.LastIndexByte(name, '/')+1]
		if folders[folder] == nil {
			objects := map[string]storage.Info{}
			for info, err := range s.store.List(ctx, folder) {
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

// bare makes one job of result files without a manifest. It has an id if all of
// them lie in the folder of one job, but not the name of that job, for it may
// not be the whole of it.
func (s *sources) bare(ctx context.Context, names []string) (Job, error) {
	var job Job
	id, _ := schema.SplitJob(names[0])
	for _, name := range names {
		if !utf8.ValidString(name) {
			return Job{}, fmt.Errorf("read %q: the name is not UTF-8, so report_file cannot have it", name)
		}
		if other, _ := schema.SplitJob(name); other != id {
			id = ""
		}
		info, err := s.store.Stat(ctx, name)
		if err != nil {
			return Job{}, err
		}
		f := File{Name: name, Key: name, Size: info.Size, ETag: info.ETag}
		if s.hash {
			if f.MD5, err = s.hashFile(ctx, name, f.ETag); err != nil {
				return Job{}, err
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

func (s *sources) hashFile(ctx context.Context, name, etag string) (string, error) {
	r, err := s.store.Open(ctx, name, etag)
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := md5.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
