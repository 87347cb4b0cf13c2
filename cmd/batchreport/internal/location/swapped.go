package location

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// Swapped returns err with the hint that SOURCE comes first, if it is about names that
// are most likely the wrong way round: the first is not there, and DEST is a report.
func Swapped(ctx context.Context, store storage.Store, sources []string, dest string, err error) error {
	var about *storage.Error
	if !errors.As(err, &about) || len(sources) != 1 || sources[0] == storage.Stdio || dest == storage.Stdio {
		return err
	}
	if about.Name != dest && !(about.Name == sources[0] && errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	if exists(ctx, store, sources[0]) || !holdsReport(ctx, store, dest) {
		return err
	}
	return &fault.Hinted{Err: err, Hint: "SOURCE comes first and DEST last: " + storage.Shown(dest) + " is a report, and " + storage.Shown(sources[0]) + " is not there"}
}

// exists reports whether there is an object, or a folder, of that name.
func exists(ctx context.Context, store storage.Store, name string) bool {
	if _, err := store.Stat(ctx, name); err == nil || errors.Is(err, storage.ErrFolder) || !errors.Is(err, fs.ErrNotExist) {
		return true
	}
	has, err := HasObjects(ctx, store, name)
	return has || err != nil // after which nothing is known
}

// holdsReport reports whether a name is that of a manifest or a result file, or of a folder
// that has one among the first objects there.
func holdsReport(ctx context.Context, store storage.Store, name string) bool {
	isReport := func(object string) bool {
		_, rest := schema.SplitJob(object)
		return rest == "manifest.json" || path.Base(object) == "manifest.json" && path.Dir(object) == strings.TrimSuffix(name, "/") ||
			strings.HasSuffix(object, ".csv") || strings.HasSuffix(object, ".csv.gz")
	}
	if _, err := store.Stat(ctx, name); err == nil {
		return path.Base(name) == "manifest.json" || isReport(name)
	}
	n := 0
	for info, err := range store.List(ctx, name) {
		const most = 1000 // as many as S3 lists at once
		if n++; err != nil || n > most {
			return false
		}
		if isReport(info.Name) {
			return true
		}
	}
	return false
}
