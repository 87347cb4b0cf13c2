package source

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// walk finds the manifests of all jobs in a folder that is named. A job that is still
// running has result files but no manifest yet.
func (s *Finder) walk(ctx context.Context, folder string) ([]string, error) {
	manifests, running, in, err := s.list(ctx, folder)
	if err != nil {
		return nil, err
	}
	for _, job := range running {
		if strings.TrimSuffix(job, "/") == strings.TrimSuffix(folder, "/") {
			manifest := job + "manifest.json"
			if info, err := s.Store.Stat(ctx, manifest); err == nil && info.Size < 0 {
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

func (s *Finder) warnRunning(job string) {
	s.Warn("skipped a job without manifest.json, it may be running still", "folder", job)
}

// contents is what is in a folder beside jobs.
type contents struct {
	objects  int
	csvs     int
	table    bool   // there is the state of one
	manifest string // one that is in no job-<uuid>, the first
}

// list finds the manifests in a folder, and the folders of jobs that have none.
func (s *Finder) list(ctx context.Context, folder string) (manifests, running []string, in contents, err error) {
	for info, err := range s.Store.List(ctx, folder) {
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

// IsResults reports whether a folder is the one in a job's that its results are in.
func IsResults(folder string) bool {
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
func (s *Finder) errFolder(ctx context.Context, folder string, in contents) error {
	e := &storage.Error{Op: "read", Name: folder, Err: errors.New("no job-<uuid>/manifest.json in this folder")}
	parent, base := path.Split(strings.TrimSuffix(folder, "/"))
	if IsResults(folder) {
		return errResults(folder)
	}
	if base == "results" && in.csvs > 0 {
		if _, err := s.Store.Stat(ctx, parent+"manifest.json"); err == nil {
			return errResults(folder)
		}
	}
	switch {
	case in.objects == 0:
		_, err := s.Store.Stat(ctx, folder)
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
