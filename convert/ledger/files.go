package ledger

import (
	"context"
	"fmt"
	"path/filepath"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// StateFolder is the name of the folder, below DEST, of what is no part of the
// table.
const StateFolder = "_batchreport"

// runFiles is where the files of one run of a job lie: parts below DEST, what is
// no part of the table in the job's folder below DEST/_batchreport. Its methods
// return complete addresses but where they say that a name is below DEST.
type runFiles struct {
	storage.Store
	dest        string // DEST
	job         string
	fingerprint string
	partitionBy []schema.Column // of the run's parts; nil where only its marker tells
	// listsUploads says that the store was seen to list all uploads of the run.
	listsUploads bool
}

// address returns the address of a file that has that name below DEST.
func (f *runFiles) address(name string) string { return storage.Join(f.dest, name) }

// inJobFolder returns the address of a file that has that name in the job's folder.
func (f *runFiles) inJobFolder(name string) string {
	return f.address(StateFolder + "/" + f.job + "/" + name)
}

// register is the job's register.
func (f *runFiles) register() string { return RegisterName(f.dest, f.job) }

// pendingFolder is the folder of what the run has written and not published.
func (f *runFiles) pendingFolder() string { return f.pendingFolderOf(f.fingerprint) }

func (f *runFiles) pendingFolderOf(fingerprint string) string {
	return f.inJobFolder("pending/" + fingerprint)
}

// marker says that a run is under way or has ended early: without it nobody
// would find the uploads of a run that was killed.
func (f *runFiles) marker() string { return f.pendingFolder() + "/" + markerFile }

const markerFile = "run.json"

// result is the file of a task's result.
func (f *runFiles) result(task int) string { return f.pendingFolder() + "/" + resultName(task) }

func resultName(task int) string { return fmt.Sprintf("%s%05d.json", resultPrefix, task) }

const resultPrefix = "task-"

// partName is how the names of a task's parts and rejects begin.
func (f *runFiles) partName(task int) string {
	return fmt.Sprintf("%s%05d", partPrefix(f.fingerprint), task)
}

// partPrefix returns how the names of the parts and rejects of all runs with that
// fingerprint begin.
func partPrefix(fingerprint string) string { return "part-" + fingerprint + "-" }

// IsPartName reports whether a file of that name, without its folder, is named as
// parts and rejects are.
func IsPartName(name string) bool { return isPartName(name, "") }

// rejectsName is the name of a task's rejects below DEST.
func (f *runFiles) rejectsName(partName string) string {
	return rejectsFolder(f.job) + partName + rejectsEnding
}

const rejectsEnding = ".jsonl.gz"

// create begins a file of that name below DEST.
func (f *runFiles) create(ctx context.Context, name string) (storage.Output, error) {
	return f.Create(ctx, f.address(name), f.pendingFolder())
}

// discard drops what was written and not published, also when ctx is cancelled.
func (f *runFiles) discard(ctx context.Context, pendings []storage.Pending) {
	ctx, cancel := tidyingContext(ctx, 1)
	defer cancel()
	for _, p := range pendings {
		_ = f.Discard(ctx, p) // the error that led here is the one to tell
	}
}

// relative returns p as it is kept in a file: with its name below DEST, and that
// of the staged file in its folder, so that it holds for whoever calls DEST by
// another name.
func relative(p storage.Pending, name string) storage.Pending {
	p.Name = name
	if p.Staged != "" {
		p.Staged = filepath.Base(p.Staged)
	}
	return p
}

// absolute returns p, which was relative, for this destination and a run of that
// fingerprint. Whatever a file says that somebody may have changed, the result is
// a file of that run.
func (f *runFiles) absolute(p storage.Pending, fingerprint string) storage.Pending {
	p.Name = f.address(p.Name)
	if p.Staged != "" {
		p.Staged = filepath.Join(f.pendingFolderOf(fingerprint), filepath.Base(p.Staged))
	}
	return p
}

// deleteAll deletes objects, all of them at once as far as the store can.
func (f *runFiles) deleteAll(ctx context.Context, names []string) error {
	return storage.BulkOf(f.Store).DeleteAll(ctx, names)
}
