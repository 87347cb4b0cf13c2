package ledger

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// StateFolder holds what is no part of the table, below DEST.
const StateFolder = "_batchreport"

// destination is where the files of one run of a job go: parts below DEST, what
// is no part of the table in the job's folder below DEST/_batchreport.
type destination struct {
	storage.Store
	folder      string // DEST
	job         string
	fingerprint string
	partitionBy []schema.Column // of the run's parts; nil where only its marker tells
}

// name returns the address of a file below DEST.
func (d *destination) name(name string) string {
	return storage.Join(d.folder, name)
}

// state returns the address of a file in the job's folder.
func (d *destination) state(name string) string {
	return d.name(StateFolder + "/" + d.job + "/" + name)
}

// pending is the folder of what the run has written and not published.
func (d *destination) pending() string { return d.state("pending/" + d.fingerprint) }

// marker says that a run is under way or has ended early: without it nobody
// would find the uploads of a run that was killed.
func (d *destination) marker() string { return d.pending() + "/run.json" }

// result is the file of a task's result.
func (d *destination) result(task int) string {
	return fmt.Sprintf("%s/task-%05d.json", d.pending(), task)
}

// partName is how the names of a task's parts and rejects begin.
func (d *destination) partName(task int) string {
	return fmt.Sprintf("%s%05d", PartPrefix(d.fingerprint), task)
}

// IsPartName reports whether a file is named as a part or as rejects are.
func IsPartName(name string) bool {
	fingerprint, _, ok := strings.Cut(strings.TrimPrefix(name, "part-"), "-")
	return ok && strings.HasPrefix(name, "part-") && table.ValidFingerprint(fingerprint)
}

func PartPrefix(fingerprint string) string { return "part-" + fingerprint + "-" }

// rejects is the name of a task's rejects below DEST.
func (d *destination) rejects(partName string) string {
	return StateFolder + "/" + d.job + "/rejects/" + partName + rejectsEnding
}

const rejectsEnding = ".jsonl.gz"

// create begins a file of that name below DEST.
func (d *destination) create(ctx context.Context, name string) (storage.Output, error) {
	return d.Create(ctx, d.name(name), d.pending())
}

// cleanupTime is how long tidying up may take once a run has been cancelled.
const cleanupTime = 30 * time.Second

// discard drops what was written and not published, also when ctx is cancelled.
func (d *destination) discard(ctx context.Context, pendings []storage.Pending) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	for _, p := range pendings {
		_ = d.Discard(ctx, p) // the error that led here is the one to tell
	}
}

// away returns p as it is kept in a file: with the name below DEST, and that of
// the staged file in its folder, so that it holds for whoever calls DEST by
// another name.
func away(p storage.Pending, name string) storage.Pending {
	p.Name = name
	if p.Staged != "" {
		p.Staged = filepath.Base(p.Staged)
	}
	return p
}

// here returns p, which was away, for this destination: whatever a file says that
// somebody may have changed, it is a file of that run.
func (d *destination) here(p storage.Pending, fingerprint string) storage.Pending {
	p.Name = d.name(p.Name)
	if p.Staged != "" {
		p.Staged = filepath.Join(d.state("pending/"+fingerprint), filepath.Base(p.Staged))
	}
	return p
}
