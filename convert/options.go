package convert

import (
	"cmp"
	"errors"
	"log/slog"
	"runtime"
	"sync"

	"batchreport/convert/table"
)

// Options say what the table is (Spec) and how it is made (Run). The zero value is
// ready to use: that of each field means the default that its comment names.
type Options struct {
	table.Spec
	Run
}

// Run says how a table is made. Only Version changes the files: they
// name it. The zero value of a field means its default.
type Run struct {
	Change
	// Workers is how many normalizers, and how many encoders, run at once; default
	// GOMAXPROCS, never negative. Of a job with several tasks, Convert runs one for
	// each four workers at once, and each of them takes temporary space, open parts
	// and memory of its own.
	Workers int
	// TempDir is a folder on the local disk for rows that memory has no room for
	// while they are sorted (Spec.SortBy); default os.TempDir. A task needs at most
	// about as much space there as it has bytes of result files; a *SpillError says
	// that there is not enough.
	TempDir string
	// Version is the version of the program, which the files and the commit record
	// name, and which goes into the fingerprint; default "devel". RunTask does not
	// look at it, since a plan has the version of the program that made it.
	Version string
	// OnPlan, if set, is called at most once by Convert and by RunTask, before the
	// first result file is read, with the number of bytes to read; -1 where that is
	// not known, as of standard input.
	OnPlan func(bytes int64)
	// OnRead, if set, is called with the number of bytes just read, or read by an
	// earlier run whose task need not be repeated, never by two goroutines at once.
	// What is called should return soon: a reader waits for it.
	OnRead func(bytes int)
}

// Change says how a destination may be changed. The zero value changes what is
// needed and tells nobody.
type Change struct {
	// Force converts, and commits, again what the commit record says is done. Abort
	// and Clean do not look at it.
	Force bool
	// MixedLayout allows a table of another layout than that of the jobs that are in
	// the destination already.
	MixedLayout bool
	// Delta says to begin a Delta log of the table where it has none. One that is there is
	// kept true in any case. It is about the destination, so neither plan nor fingerprint
	// know of it.
	Delta bool
	// Unlocked says that the store writes without conditions: then there can be no log.
	Unlocked bool
	// DryRun says to read what there is and to return what would be done, as jobs
	// that are Planned or as leftovers, and to change nothing.
	DryRun bool
	// Log takes warnings, and at level Info what is taken over from earlier runs;
	// default none. Errors are returned, and not logged.
	Log *slog.Logger
}

// withDefaults returns a copy with every default filled in.
func (r Run) withDefaults() Run {
	r.Workers = cmp.Or(r.Workers, runtime.GOMAXPROCS(0))
	r.Version = cmp.Or(r.Version, "devel")
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.OnPlan == nil {
		r.OnPlan = func(int64) {}
	}
	onRead := r.OnRead
	var mu sync.Mutex // tasks read at once
	r.OnRead = func(bytes int) {
		if onRead != nil {
			mu.Lock()
			defer mu.Unlock()
			onRead(bytes)
		}
	}
	return r
}

func (o Options) withDefaults() Options {
	return Options{Spec: o.Spec.WithDefaults(), Run: o.Run.withDefaults()}
}

// Validate reports everything that is wrong with the options, joined into one error.
// Convert and MakePlan do so too, before they read anything.
func (o Options) Validate() error {
	err := o.Spec.Validate()
	if o.Workers < 0 {
		err = errors.Join(err, errors.New("workers: must be positive"))
	}
	return err
}
