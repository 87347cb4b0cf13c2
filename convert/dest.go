package convert

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"batchreport/convert/internal/source"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// checkDest reports a destination that is none for a table, most often since the last
// SOURCE stands where DEST was forgotten. It is what a name says and, on disk, what is
// there: on S3 a file is no obstacle to a folder of its name.
func checkDest(ctx context.Context, store storage.Store, dest string) error {
	const forgotten = "if it is a SOURCE, DEST is missing after it: the folder, or the s3:// address, of the table"
	wrong := func(what, hint string) error {
		return &storage.Error{Op: "write", Name: dest, Err: errors.New(what), Hint: hint}
	}
	if id, rest := schema.SplitJob(storage.Join(dest, "")); id != "" && rest == "" {
		return wrong("is the folder of a job's report", forgotten)
	}
	if source.IsResults(dest) {
		return wrong("is the folder of a job's results", forgotten)
	}
	if !storage.IsS3(dest) {
		_, err := store.Stat(ctx, dest)
		switch {
		case err == nil:
			return wrong("is a file, where the folder of a table is needed", forgotten)
		case errors.Is(err, storage.ErrFolder):
			_, err := store.Stat(ctx, storage.Join(dest, "manifest.json"))
			switch {
			case err == nil:
				return wrong("is the folder of a job's report", forgotten)
			case errors.Is(err, fs.ErrNotExist):
				return nil
			}
			return err
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if slices.Contains([]string{".parquet", ".ndjson", ".csv", ".json", ".gz", ".zst"}, path.Ext(dest)) {
		return wrong("has the name of a file, where the folder of a table is needed",
			"the table is a folder with files in it: name one, such as "+storage.Shown(strings.TrimSuffix(dest, path.Ext(dest)))+", or end the name in a slash where the folder is to be called so")
	}
	return nil
}
