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

	"batchreport/convert/storage"
	"batchreport/schema"
)

// sources turns what a user names into jobs.
type sources struct {
	store storage.Store
	// hash says that result files without a manifest are hashed, so that their
	// job has a name and a fingerprint.
	hash bool
	warn func(message string, args ...any)
}

// found is a job, or why there is none.
type found struct {
	name string // of the manifest or the source
	job  Job
	err  error
}

// find returns the jobs of all names, each job once. A name that leads nowhere is
// an error by itself; a job that cannot be read is an error of its own.
func (s *sources) find(ctx context.Context, names []string) ([]found, error) {
	var jobs []found
	var files []string
	seen := map[string]bool{}
	addManifest := func(name string) {
		if !seen[name] {
			seen[name] = true
			job, err := s.job(ctx, name)
			jobs = append(jobs, found{name: name, job: job, err: err})
		}
	}
	for _, name := range names {
		switch manifests, csvs, err := s.resolve(ctx, name); {
		case err != nil:
			return nil, err
		default:
			for _, m := range manifests {
				addManifest(m)
			}
			files = append(files, csvs...)
		}
	}
	if len(files) > 0 {
		job, err := s.bare(ctx, files)
		jobs = append(jobs, found{name: files[0], job: job, err: err})
	}
	return jobs, unique(jobs)
}

// unique reports two manifests that are of the same job: one would overwrite the other.
func unique(jobs []found) error {
	names := map[string]string{}
	for _, j := range jobs {
		if j.err != nil {
			continue
		}
		if other, ok := names[j.job.Name]; ok {
			return fmt.Errorf("read sources: %s and %s are both of job %s", other, j.name, j.job.Name)
		}
		names[j.job.Name] = j.name
	}
	return nil
}

// resolve tells the manifests and the result files that a source stands for.
func (s *sources) resolve(ctx context.Context, name string) (manifests, files []string, err error) {
	switch {
	case path.Base(name) == "manifest.json":
		return []string{name}, nil, nil
	case name == Stdio:
		return nil, []string{name}, nil
	}
	// What is there is taken as it is, before anything is taken for a pattern.
	switch _, err := s.store.Stat(ctx, name); {
	case err == nil && !strings.HasSuffix(name, "/"):
		return nil, []string{name}, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, nil, err
	}
	if strings.ContainsAny(name, "*?[") {
		files, err := s.glob(ctx, name)
		return nil, files, err
	}
	manifests, err = s.walk(ctx, name)
	return manifests, nil, err
}

// glob returns the objects that match a pattern; `*` does not match a slash.
func (s *sources) glob(ctx context.Context, pattern string) ([]string, error) {
	folder := pattern[:strings.IndexAny(pattern, "*?[")]
	folder = folder[:strings.LastIndexByte(folder, '/')+1]
	var files []string
	for info, err := range s.store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		ok, err := path.Match(pattern, info.Name)
		if err != nil {
			return nil, fmt.Errorf("read pattern %s: %w", pattern, err)
		}
		if ok {
			files = append(files, info.Name)
		}
	}
	if len(files) == 0 {
		return nil, &storage.Error{Op: "find", Name: pattern, Err: errors.New("nothing matches"), Hint: "quote a pattern on s3 so that the shell leaves it alone; * does not match a slash"}
	}
	return files, nil
}

// walk finds the manifests of all jobs in a folder. A job that is still running
// has result files but no manifest yet.
func (s *sources) walk(ctx context.Context, folder string) ([]string, error) {
	var manifests, running []string
	objects := 0
	for info, err := range s.store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		objects++
		name := info.Name
		if strings.Contains(name[min(len(folder), len(name)):], "/"+stateFolder+"/") {
			continue
		}
		switch id, rest := schema.SplitJob(name); {
		case id == "":
		case rest == "manifest.json":
			manifests = append(manifests, info.Name)
		case strings.HasPrefix(rest, "results/"):
			job := strings.TrimSuffix(name, rest)
			if len(running) == 0 || running[len(running)-1] != job {
				running = append(running, job)
			}
		}
	}
	done := map[string]bool{}
	for _, m := range manifests {
		done[strings.TrimSuffix(m, "manifest.json")] = true
	}
	for _, job := range running {
		switch {
		case done[job]:
		case strings.TrimSuffix(job, "/") == strings.TrimSuffix(folder, "/"):
			return nil, &storage.Error{Op: "read", Name: job, Err: errors.New("no manifest.json"), Hint: "the job may be running still: the manifest is written last"}
		default:
			s.warn("skipped a job without manifest.json, it may be running still", "folder", job)
		}
	}
	switch {
	case len(manifests) > 0:
		return manifests, nil
	case objects == 0:
		return nil, &storage.Error{Op: "read", Name: folder, Err: fs.ErrNotExist, Hint: "name a manifest.json, a job folder, a folder of job folders or result files"}
	default:
		return nil, &storage.Error{Op: "read", Name: folder, Err: errors.New("no job-<uuid>/manifest.json in this folder"), Hint: "to read result files without a manifest, name the files"}
	}
}

// job reads a manifest. Its result files are found relative to it, so that a
// copy works as the original does.
func (s *sources) job(ctx context.Context, name string) (Job, error) {
	data, err := readAll(ctx, s.store, name, maxManifestFile)
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
	sizes, err := s.sizes(ctx, folder)
	if err != nil {
		return Job{}, err
	}
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
		var ok bool
		if f.Size, ok = sizes[f.Name]; !ok {
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
	const longest = 1 << 10
	want, err := readAll(ctx, s.store, name+".md5", longest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if got, want := sum(data), strings.ToLower(strings.TrimSpace(string(want))); got != want {
		return fmt.Errorf("read %s: its MD5 is %s, %s.md5 says %q: the file is damaged or was changed", name, got, path.Base(name), want)
	}
	return nil
}

func sum(data []byte) string {
	h := md5.Sum(data)
	return hex.EncodeToString(h[:])
}

// sizes lists the objects of a job folder.
func (s *sources) sizes(ctx context.Context, folder string) (map[string]int64, error) {
	sizes := map[string]int64{}
	for info, err := range s.store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		sizes[info.Name] = info.Size
	}
	return sizes, nil
}

// bare makes one job of result files without a manifest.
func (s *sources) bare(ctx context.Context, names []string) (Job, error) {
	var job Job
	for _, name := range names {
		info, err := s.store.Stat(ctx, name)
		if err != nil {
			return Job{}, err
		}
		f := File{Name: name, Key: name, Size: info.Size}
		if s.hash {
			if f.MD5, err = s.hashFile(ctx, name); err != nil {
				return Job{}, err
			}
		}
		job.Files = append(job.Files, f)
	}
	job.Name = sourceName(job.Files)
	return job, nil
}

func (s *sources) hashFile(ctx context.Context, name string) (string, error) {
	r, err := s.store.Open(ctx, name)
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
