package ledger

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"batchreport/convert/delta"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Destination is where tables are written, and which program writes there. Its
// runs share it, and commit one after the other.
type Destination struct {
	Store   storage.Store
	Folder  string       // DEST
	Program string       // with its version, as in Record.Program; not needed to drop what dead runs left
	Log     *slog.Logger // takes warnings about other runs and what they left
	// Delta says to begin a Delta log where the table has none; one that is there is kept in
	// any case.
	Delta bool
	// Unlocked says that the store writes without conditions, which no log can bear.
	Unlocked bool
	Now      func() time.Time // nil is the clock

	log               *delta.Log
	marked            bool                    // whether there is a log, by the last listing
	live              map[string]bool         // files that the log lists, for cleanKept; nil before
	honoursConditions bool                    // of Swap; not known before the first commit
	listed            map[string]storage.Info // by job: see listRegisters
	mu                sync.Mutex              // of seen
	seen              map[string]seenRegister // by job
}

// Run returns the run that makes the job's part of the table with that fingerprint
// in so many tasks, partitioned by those columns. Nothing is read before Open, and
// nothing written before Recover.
func (d *Destination) Run(job, fingerprint string, tasks int, partitionBy []schema.Column) *Run {
	return &Run{
		destination: d,
		files:       runFiles{Store: d.Store, dest: d.Folder, job: job, fingerprint: fingerprint, partitionBy: partitionBy},
		tasks:       tasks,
	}
}

// Runs returns the runs that have left a trace below the destination: those that
// left a marker or anything else pending, and those that were committed, which may
// have had a twin that was not. They can be dropped (Run.Drop) and no more, since
// how many tasks they have is not known. The error joins those of registers that
// could not be read; the runs of other jobs are returned all the same.
func (d *Destination) Runs(ctx context.Context) ([]*Run, error) {
	var runs []*Run
	var errs []error
	seen := map[[2]string]bool{}
	add := func(job, fingerprint string, partitionBy []schema.Column) {
		if key := [2]string{job, fingerprint}; fingerprint != "" && !seen[key] {
			seen[key] = true
			runs = append(runs, d.Run(job, fingerprint, 0, partitionBy))
		}
	}
	root := storage.Join(d.Folder, StateFolder) + "/"
	for info, err := range d.Store.List(ctx, root) {
		if err != nil {
			return runs, errors.Join(append(errs, err)...)
		}
		parts := strings.Split(strings.TrimPrefix(info.Name, root), "/")
		job := parts[0]
		switch {
		case !table.ValidJob(job):
		case len(parts) == 2 && parts[1] == registerFile:
			files := &runFiles{Store: d.Store, dest: d.Folder, job: job}
			register, err := files.readRegister(ctx)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			add(job, register.Fingerprint, register.Options.PartitionBy)
		case len(parts) == 4 && parts[1] == "pending" && table.ValidFingerprint(parts[2]):
			add(job, parts[2], nil)
		}
	}
	return runs, errors.Join(errs...)
}
