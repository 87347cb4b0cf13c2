package convert

import (
	"cmp"
	"errors"
	"log/slog"
	"runtime"
	"sync"

	"batchreport/convert/table"
)

// Options say what the table is and how it is made.
type Options struct {
	table.Spec
	Run
}

// Run says how a table is made: nothing of it changes the table. The zero value of
// a field means its default.
type Run struct {
	Change
	// Workers is how many normalizers, and how many encoders, run at once; default
	// GOMAXPROCS. Of a job with several tasks, one for each four workers runs at
	// once. Temporary space, open parts and memory are what each of them takes.
	Workers int
	// TempDir is the folder for rows to be sorted that memory has no room for;
	// default os.TempDir.
	TempDir string
	// Version is the program's version, for created_by and the fingerprint. A plan
	// has that of the program that made it, and this one is not looked at.
	Version string
	// OnPlan, if set, is called once with the number of bytes to read.
	OnPlan func(bytes int64)
	// OnRead, if set, is called with the number of bytes just read, never by two
	// goroutines at once.
	OnRead func(bytes int)
}

// Change says how a destination may be changed.
type Change struct {
	// Force converts, and commits, again what the commit record says is done.
	Force bool
	// MixedLayout allows a table of another layout than that of the jobs that are in
	// the destination already.
	MixedLayout bool
	// DryRun reads what there is, says what would be done, and changes nothing.
	DryRun bool
	// Log takes warnings and debug messages; default none.
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

// Validate reports everything that is wrong with the options.
func (o Options) Validate() error {
	err := o.Spec.Validate()
	if o.Workers < 0 {
		err = errors.Join(err, errors.New("workers: must be positive"))
	}
	return err
}
