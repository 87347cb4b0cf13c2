// Package location looks at what lies at the locations that a command line names, and takes away the
// empty folders that a run has left there.
package location

import (
	"context"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// HasObjects reports whether there is an object in a folder.
func HasObjects(ctx context.Context, store storage.Store, folder string) (bool, error) {
	for _, err := range store.List(ctx, folder) {
		return err == nil, err
	}
	return false, nil
}

// FolderOf returns the folder of a file.
func FolderOf(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i+1]
	}
	return "."
}

// Tidying returns a function that removes the folders of dest that are not there yet,
// if they are empty when it is called: a run made them and then failed.
func Tidying(dest string) func() {
	if storage.IsS3(dest) || dest == storage.Stdio {
		return func() {}
	}
	return disk.Tidying(dest)
}

// RemoveEmpty removes the empty folders that runs which were killed have left in dest.
func RemoveEmpty(dest string, dryRun bool) error {
	if storage.IsS3(dest) || dryRun {
		return nil
	}
	return disk.RemoveEmpty(storage.Join(dest, ledger.StateFolder), ledger.IsMade)
}
