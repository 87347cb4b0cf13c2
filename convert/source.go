package convert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
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

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// isFolder reports whether a name can be no object's: a bucket, or a slash at its end.
func isFolder(name string) bool {
	bucket, isS3 := strings.CutPrefix(name, "s3://")
	return strings.HasSuffix(name, "/") || isS3 && !strings.Contains(bucket, "/")
}

// glob returns what matches a pattern, in which `*` does not match a slash: manifests,
// result files, and the manifests in folders that match. As in any folder, a job that is
// still running is skipped, and so is a folder in which there is no job.
func (s *sources) glob(ctx context.Context, pattern string) (manifests, files []string, err error) {
	folder := pattern[:strings.IndexAny(pattern, "*?[")]
	folder = folder[:strings.LastIndexByte(folder, '/')+1]
	here := ""
	if folder == "" {
		folder, here = ".", "./"
	}
	pattern = strings.TrimSuffix(pattern, "/")
	depth := strings.Count(pattern, "/") + 1
	var folders []string
	for info, err := range s.store.List(ctx, folder) {
		if err != nil {
			return nil, nil, err
		}
		name := strings.TrimPrefix(info.Name, here)
		start, isFile := firstElements(name, depth)
		if !isFile && len(folders) > 0 && folders[len(folders)-1] == start {
			continue
		}
		ok, err := path.Match(pattern, start)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("read pattern %s: %w", storage.Shown(pattern), err)
		case !ok, path.Base(start) == ledger.StateFolder, path.Base(start) == "manifest.json.md5":
		case !isFile:
			folders = append(folders, start)
		case start == "manifest.json":
			manifests = append(manifests, "./"+start)
		case strings.HasSuffix(start, "/manifest.json"):
			manifests = append(manifests, start)
		default:
			files = append(files, start)
		}
	}
	for _, f := range folders {
		if isResults(f) {
			continue // of a job that is found by its manifest, if it matches too
		}
		found, running, _, err := s.list(ctx, f)
		if err != nil {
			return nil, nil, err
		}
		manifests = append(manifests, found...)
		for _, job := range running {
			s.warnRunning(job)
		}
		if len(found) == 0 && len(running) == 0 {
			s.warn("skipped a folder in which no job is", "folder", f)
		}
	}
	if len(manifests) == 0 && len(files) == 0 {
		return nil, nil, s.errPattern(pattern, folders)
	}
	return manifests, files, nil
}

// errPattern is the error of a pattern that leads to nothing, but perhaps to folders.
func (s *sources) errPattern(pattern string, folders []string) error {
	e := &storage.Error{Op: "find", Name: pattern, Err: errors.New("nothing matches")}
	switch {
	case len(folders) == 1 && isResults(folders[0]):
		return errResults(folders[0])
	case len(folders) > 0:
		e.Err = errors.New("in the folders that match there is no job-<uuid>/manifest.json")
		e.Hint = "to read result files without a manifest, let the pattern match them: " + storage.Shown(storage.Join(pattern, "*.csv"))
	case storage.IsS3(pattern):
		e.Hint = "* does not match a slash, and upper case is not lower case"
	default:
		e.Hint = "* does not match a slash; in quotes a pattern is not the shell's"
	}
	return e
}

// firstElements returns the first so many elements of a name, and whether these are all.
func firstElements(name string, n int) (start string, all bool) {
	for i := range len(name) {
		if name[i] != '/' {
			continue
		}
		if n--; n == 0 {
			return name[:i], false
		}
	}
	return name, true
}

// walk finds the manifests of all jobs in a folder that is named. A job that is still
// running has result files but no manifest yet.
func (s *sources) walk(ctx context.Context, folder string) ([]string, error) {
	manifests, running, in, err := s.list(ctx, folder)
	if err != nil {
		return nil, err
	}
	for _, job := range running {
		if strings.TrimSuffix(job, "/") == strings.TrimSuffix(folder, "/") {
			manifest := job + "manifest.json"
			if info, err := s.store.Stat(ctx, manifest); err == nil && info.Size < 0 {
				return []string{manifest}, nil // a pipe, which is no manifest: job says so
			}
			return nil, &storage.Error{Op: "read", Name: job, Err: errors.New("no manifest.json"), Hint: "the job may be running still: the manifest is written last"}
		}
		if !strings.HasPrefix(folder, job) {
			s.warnRunning(job)
		}
	}
	if len(manifests) > 0 {
		return manifests, nil
	}
	return nil, s.errFolder(ctx, folder, in)
}

func (s *sources) warnRunning(job string) {
	s.warn("skipped a job without manifest.json, it may be running still", "folder", job)
}

// contents is what is in a folder beside jobs.
type contents struct {
	objects  int
	csvs     int
	table    bool   // there is the state of one
	manifest string // one that is in no job-<uuid>, the first
}

// list finds the manifests in a folder, and the folders of jobs that have none.
func (s *sources) list(ctx context.Context, folder string) (manifests, running []string, in contents, err error) {
	for info, err := range s.store.List(ctx, folder) {
		if err != nil {
			return nil, nil, in, err
		}
		in.objects++
		name := info.Name
		if strings.Contains("/"+name[min(len(folder), len(name)):], "/"+ledger.StateFolder+"/") {
			in.table = true
			continue
		}
		if strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".csv.gz") {
			in.csvs++
		}
		switch _, rest := schema.SplitJob(name); {
		case rest == "manifest.json", name == storage.Join(folder, "manifest.json"):
			manifests = append(manifests, info.Name)
		case strings.HasPrefix(rest, "results/"):
			job := strings.TrimSuffix(name, rest)
			if len(running) == 0 || running[len(running)-1] != job {
				running = append(running, job)
			}
		case path.Base(name) == "manifest.json":
			in.manifest = cmp.Or(in.manifest, name)
		}
	}
	done := map[string]bool{}
	for _, m := range manifests {
		done[strings.TrimSuffix(m, "manifest.json")] = true
	}
	running = slices.DeleteFunc(running, func(job string) bool { return done[job] })
	return manifests, running, in, nil
}

// isResults reports whether a folder is the one in a job's that its results are in.
func isResults(folder string) bool {
	_, rest := schema.SplitJob(storage.Join(folder, ""))
	return rest == "results/"
}

// errResults is the error where that folder is named.
func errResults(folder string) error {
	job := strings.TrimSuffix(strings.TrimSuffix(folder, "/"), "results")
	return &storage.Error{
		Op: "read", Name: folder, Err: errors.New("is the results folder of a job, and not the job"),
		Hint: "name the job, " + storage.Shown(job) + ", whose manifest says what is in its results",
	}
}

// errFolder is the error of a folder in which no manifest of a job is.
func (s *sources) errFolder(ctx context.Context, folder string, in contents) error {
	e := &storage.Error{Op: "read", Name: folder, Err: errors.New("no job-<uuid>/manifest.json in this folder")}
	parent, base := path.Split(strings.TrimSuffix(folder, "/"))
	if isResults(folder) {
		return errResults(folder)
	}
	if base == "results" && in.csvs > 0 {
		if _, err := s.store.Stat(ctx, parent+"manifest.json"); err == nil {
			return errResults(folder)
		}
	}
	switch {
	case in.objects == 0:
		_, err := s.store.Stat(ctx, folder)
		if errors.Is(err, storage.ErrFolder) {
			e.Err, e.Hint = errors.New("the folder is empty"), "if the report is still to come: S3 writes it when the job has ended"
			break
		}
		e.Err, e.Hint = fs.ErrNotExist, "name a manifest.json, a job folder, a folder of job folders or result files"
		if _, key, _ := strings.Cut(strings.TrimPrefix(folder, "s3://"), "/"); storage.IsS3(folder) && key != "" {
			e.Hint = "nothing has a name that begins with " + storage.Shown(storage.Join(folder, "")) + "; " + e.Hint
		}
	case in.manifest != "":
		e.Hint = "name the manifest itself, " + storage.Shown(in.manifest) + ", or its folder"
	case in.table:
		e.Err, e.Hint = errors.New("is a table that this program has made, and no report"), "name the report, in whose folder job-<uuid>/manifest.json is"
	case in.csvs > 0:
		e.Hint = "to read result files without a manifest, name the files: " + storage.Shown(storage.Join(folder, "*.csv"))
	default:
		e.Hint = "name the folder that S3 wrote the report to, which has job-<uuid> in it"
	}
	return e
}
