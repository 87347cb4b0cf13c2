package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// glob returns what matches a pattern, in which `*` does not match a slash: manifests,
// result files, and the manifests in folders that match. As in any folder, a job that is
// still running is skipped, and so is a folder in which there is no job.
func (s *Finder) glob(ctx context.Context, pattern string) (manifests, files []string, err error) {
	folder := pattern[:strings.IndexAny(pattern, "*?[")]
	folder = folder[:strings.LastIndexByte(folder, '/')+1]
	here := ""
	if folder == "" {
		folder, here = ".", "./"
	}
	pattern = strings.TrimSuffix(pattern, "/")
	depth := strings.Count(pattern, "/") + 1
	var folders []string
	for info, err := range s.Store.List(ctx, folder) {
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
		if IsResults(f) {
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
			s.Warn("skipped a folder in which no job is", "folder", f)
		}
	}
	if len(manifests) == 0 && len(files) == 0 {
		return nil, nil, s.errPattern(pattern, folders)
	}
	return manifests, files, nil
}

// errPattern is the error of a pattern that leads to nothing, but perhaps to folders.
func (s *Finder) errPattern(pattern string, folders []string) error {
	e := &storage.Error{Op: "find", Name: pattern, Err: errors.New("nothing matches")}
	switch {
	case len(folders) == 1 && IsResults(folders[0]):
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
