package convert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"batchreport/convert/plan"
	"batchreport/convert/storage"
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
	job  plan.Job
	err  error
	// source is the place among the sources of the one that it was found by; that of the
	// last one for result files without a manifest.
	source int
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
	lastFile := 0
	for i, name := range names {
		manifests, csvs, err := s.resolve(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, m := range manifests {
			if isNew(m) {
				job, err := s.job(ctx, m)
				jobs = append(jobs, found{name: m, job: job, err: err, source: i})
			}
		}
		for _, f := range csvs {
			if isNew(f) {
				files = append(files, f)
				lastFile = i
			}
		}
	}
	if len(files) > 0 {
		job, err := s.bare(ctx, files)
		jobs = append(jobs, found{name: files[0], job: job, err: err, source: lastFile})
	}
	refuseTwins(jobs)
	refuseShared(jobs, at)
	return jobs, nil
}

// refuseShared makes jobs that have a file in common errors: its rows would be
// converted twice.
func refuseShared(jobs []found, at places) {
	if len(jobs) < 2 {
		return // of which job has made sure
	}
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

// refuseTwins makes manifests of the same job errors, all of them the same: one would
// overwrite the other.
func refuseTwins(jobs []found) {
	twins := map[string][]*found{}
	for i := range jobs {
		if j := &jobs[i]; j.err == nil {
			twins[j.job.Name] = append(twins[j.job.Name], j)
		}
	}
	for name, all := range twins {
		if len(all) == 1 {
			continue
		}
		const most = 3
		var names []string
		for _, j := range all[:min(len(all), most)] {
			names = append(names, storage.Shown(j.name))
		}
		if more := len(all) - most; more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		last, both := len(names)-1, "both"
		if len(all) > 2 {
			both = "all"
		}
		err := fmt.Errorf("read sources: %s and %s are %s of job %s", strings.Join(names[:last], ", "), names[last], both, name)
		for _, j := range all {
			j.err = err
		}
	}
}

// resolve tells the manifests and the result files that a source stands for.
func (s *sources) resolve(ctx context.Context, name string) (manifests, files []string, err error) {
	switch {
	case name == "manifest.json":
		return []string{"./" + name}, nil, nil
	case strings.HasSuffix(name, "/manifest.json") && !isPattern(name):
		return []string{name}, nil, nil
	case name == storage.Stdio:
		return nil, []string{name}, nil
	}
	// What is there is taken as it is, before anything is taken for a pattern.
	var stat error
	if !isFolder(name) {
		_, stat = s.store.Stat(ctx, name)
		switch {
		case stat == nil && path.Base(name) == "manifest.json.md5":
			return nil, nil, &storage.Error{Op: "read", Name: name, Err: errors.New("is the checksum of a manifest"), Hint: "name " + storage.Shown(strings.TrimSuffix(name, ".md5"))}
		case stat == nil && strings.HasSuffix(name, "/manifest.json"):
			return []string{name}, nil, nil
		case stat == nil:
			return nil, []string{name}, nil
		case !errors.Is(stat, fs.ErrNotExist) && !errors.Is(stat, fs.ErrPermission):
			return nil, nil, stat
		}
	}
	if isPattern(name) && !errors.Is(stat, storage.ErrFolder) {
		return s.glob(ctx, name)
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
