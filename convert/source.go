package convert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// sources turns what a user names into jobs.
type sources struct {
	store storage.Store
	// hash says that result files without a manifest are hashed, so that their
	// job has a name and a fingerprint.
	hash bool
	// planned says that others read the files later: none may be a pipe.
	planned bool
	warn    func(message string, args ...any)
}

// found is a job, or why there is none.
type found struct {
	name string // of the manifest or the source
	job  Job
	err  error
}

// find returns the jobs of all names, each job and each file once. A name that leads nowhere is
// an error by itself; a job that cannot be read is an error of its own.
func (s *sources) find(ctx context.Context, names []string) ([]found, error) {
	var jobs []found
	var files []string
	seen := map[string]bool{}
	at := places{}
	isNew := func(name string) bool {
		name = at.of(name)
		was := seen[name]
		seen[name] = true
		return !was
	}
	for _, name := range names {
		manifests, csvs, err := s.resolve(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, m := range manifests {
			if isNew(m) {
				job, err := s.job(ctx, m)
				jobs = append(jobs, found{name: m, job: job, err: err})
			}
		}
		for _, f := range csvs {
			if isNew(f) {
				files = append(files, f)
			}
		}
	}
	if len(files) > 0 {
		job, err := s.bare(ctx, files)
		jobs = append(jobs, found{name: files[0], job: job, err: err})
	}
	refuseTwins(jobs)
	refuseShared(jobs, at)
	return jobs, nil
}

// refuseShared makes jobs that have a file in common errors: its rows would be
// converted twice.
func refuseShared(jobs []found, at places) {
	first := map[string]*found{}
	for i := range jobs {
		j := &jobs[i]
		if j.err != nil {
			continue
		}
		for _, f := range j.job.Files {
			place := at.of(f.Name)
			other := first[place]
			if other == nil {
				first[place] = j
				continue
			}
			j.err = &storage.Error{
				Op: "read", Name: f.Name,
				Err:  fmt.Errorf("it is named twice, by %s and by %s", storage.Shown(other.name), storage.Shown(j.name)),
				Hint: "name the job or its result files, not both",
			}
			other.err = j.err
			break
		}
	}
}

// refuseTwins makes manifests of the same job errors: one would overwrite the other.
func refuseTwins(jobs []found) {
	first := map[string]*found{}
	for i := range jobs {
		j := &jobs[i]
		if j.err != nil {
			continue
		}
		other := first[j.job.Name]
		if other == nil {
			first[j.job.Name] = j
			continue
		}
		j.err = fmt.Errorf("read sources: %s and %s are both of job %s", other.name, j.name, j.job.Name)
		other.err = j.err
	}
}

// resolve tells the manifests and the result files that a source stands for.
func (s *sources) resolve(ctx context.Context, name string) (manifests, files []string, err error) {
	switch {
	case name == "manifest.json":
		return []string{"./" + name}, nil, nil
	case strings.HasSuffix(name, "/manifest.json") && !strings.ContainsAny(name, "*?["):
		return []string{name}, nil, nil
	case name == storage.Stdio:
		return nil, []string{name}, nil
	}
	// What is there is taken as it is, before anything is taken for a pattern.
	var stat error
	if !isFolder(name) {
		_, stat = s.store.Stat(ctx, name)
		switch {
		case stat == nil && strings.HasSuffix(name, "/manifest.json"):
			return []string{name}, nil, nil
		case stat == nil:
			return nil, []string{name}, nil
		case !errors.Is(stat, fs.ErrNotExist) && !errors.Is(stat, fs.ErrPermission):
			return nil, nil, stat
		}
	}
	if strings.ContainsAny(name, "*?[") {
		files, err := s.glob(ctx, name)
		if strings.HasSuffix(name, "/manifest.json") {
			return files, nil, err
		}
		return nil, files, err
	}
	manifests, err = s.walk(ctx, name)
	if errors.Is(err, fs.ErrNotExist) && errors.Is(stat, fs.ErrPermission) {
		err = stat // it may be there, unseen
	}
	return manifests, nil, err
}

// isFolder reports whether a name can be no object's: a bucket, or a slash at its end.
func isFolder(name string) bool {
	bucket, isS3 := strings.CutPrefix(name, "s3://")
	return strings.HasSuffix(name, "/") || isS3 && !strings.Contains(bucket, "/")
}

// glob returns the objects that match a pattern; `*` does not match a slash.
func (s *sources) glob(ctx context.Context, pattern string) ([]string, error) {
	folder := pattern[:strings.IndexAny(pattern, "*?[")]
	folder = folder[:strings.LastIndexByte(folder, '/')+1]
	here := ""
	if folder == "" {
		folder, here = ".", "./"
	}
	var files []string
	for info, err := range s.store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(info.Name, here)
		ok, err := path.Match(pattern, name)
		if err != nil {
			return nil, fmt.Errorf("read pattern %s: %w", pattern, err)
		}
		if ok {
			files = append(files, name)
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
		if strings.Contains("/"+name[min(len(folder), len(name)):], "/"+ledger.StateFolder+"/") {
			continue
		}
		switch _, rest := schema.SplitJob(name); {
		case rest == "manifest.json", name == storage.Join(folder, "manifest.json"):
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
			manifest := job + "manifest.json"
			if info, err := s.store.Stat(ctx, manifest); err == nil && info.Size < 0 {
				return []string{manifest}, nil // a pipe, which is no manifest: job says so
			}
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
