package source

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

// Finder turns what a user names into jobs.
type Finder struct {
	// Store is where the reports are.
	Store storage.Store
	// Hash says that result files without a manifest are hashed, so that their
	// job has a name and a fingerprint.
	Hash bool
	// Planned says that others read the files later: none may be a pipe.
	Planned bool
	// Warn is told of what is skipped. It is needed.
	Warn func(message string, args ...any)
}

// Found is a job, or why there is none.
type Found struct {
	Name string // of the manifest or the source
	Job  plan.Job
	Err  error
	// Source is the place among the sources of the one that it was found by; that of the
	// last one for result files without a manifest.
	Source int
}

// Find returns the jobs of all names, each job and each file once. A name that leads nowhere is
// an error by itself; a job that cannot be read is an error of its own.
func (s *Finder) Find(ctx context.Context, names []string) ([]Found, error) {
	var jobs []Found
	var files []string
	seen := map[string]bool{}
	at := Places{}
	isNew := func(name string) bool {
		name = at.Of(name)
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
				jobs = append(jobs, Found{Name: m, Job: job, Err: err, Source: i})
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
		jobs = append(jobs, Found{Name: files[0], Job: job, Err: err, Source: lastFile})
	}
	refuseTwins(jobs)
	refuseShared(jobs, at)
	return jobs, nil
}

// refuseShared makes jobs that have a file in common errors: its rows would be
// converted twice.
func refuseShared(jobs []Found, at Places) {
	if len(jobs) < 2 {
		return // of which job has made sure
	}
	first := map[string]*Found{}
	for i := range jobs {
		j := &jobs[i]
		if j.Err != nil {
			continue
		}
		for _, f := range j.Job.Files {
			place := at.Of(f.Name)
			other := first[place]
			if other == nil {
				first[place] = j
				continue
			}
			j.Err = &storage.Error{
				Op: "read", Name: f.Name,
				Err:  fmt.Errorf("it is named twice, by %s and by %s", storage.Shown(other.Name), storage.Shown(j.Name)),
				Hint: "name the job or its result files, not both",
			}
			other.Err = j.Err
			break
		}
	}
}

// refuseTwins makes manifests of the same job errors, all of them the same: one would
// overwrite the other.
func refuseTwins(jobs []Found) {
	twins := map[string][]*Found{}
	for i := range jobs {
		if j := &jobs[i]; j.Err == nil {
			twins[j.Job.Name] = append(twins[j.Job.Name], j)
		}
	}
	for name, all := range twins {
		if len(all) == 1 {
			continue
		}
		const most = 3
		var names []string
		for _, j := range all[:min(len(all), most)] {
			names = append(names, storage.Shown(j.Name))
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
			j.Err = err
		}
	}
}

// resolve tells the manifests and the result files that a source stands for.
func (s *Finder) resolve(ctx context.Context, name string) (manifests, files []string, err error) {
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
	if !IsFolder(name) {
		_, stat = s.Store.Stat(ctx, name)
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

// IsFolder reports whether a name can be no object's: a bucket, or a slash at its end.
func IsFolder(name string) bool {
	bucket, isS3 := strings.CutPrefix(name, "s3://")
	return strings.HasSuffix(name, "/") || isS3 && !strings.Contains(bucket, "/")
}
