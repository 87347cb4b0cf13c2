package convert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/jobmanifest"
	"batchreport/convert/internal/ndjson"
	"batchreport/convert/internal/objects"
	"batchreport/convert/internal/source"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// RetryOptions say which objects a job is to be run for again. The zero value of a field
// means its default: all objects that have failed, and not succeeded since.
type RetryOptions struct {
	Reading
	// TempDir is a folder for rows that memory has no room for; default os.TempDir.
	TempDir string
	// Order says which job is the later one; default OrderDate.
	Order Order
	// MaxRejects is how many rows of a job may be unreadable, any number if it is
	// negative. Each may be that of an object that failed.
	MaxRejects int64

	// RetryableOnly leaves out what the rules of causes do not say can succeed when it is
	// run again as it is.
	RetryableOnly bool
	// Causes are names of rules, or Unexplained or NeverRan; default all.
	Causes []string
	// Codes are values of error_code; default all.
	Codes []string
	// Where are values of columns: of each column that is named the row has one.
	Where []Condition

	// DropVersions leaves out all versions, so that the job works on what is current.
	DropVersions bool
	// Of is the manifest of the job that did not run to its end: objects in it that no
	// report has are added. It is a job's manifest or a data file of S3 Inventory, both
	// plain or gzip, or the manifest.json of an inventory.
	Of string
	// DryRun says to count, and to write nothing.
	DryRun bool
}

// Condition is a value that a column is to have, as text; empty for null.
type Condition struct {
	Column schema.Column
	Value  string
}

// The causes of objects that no rule explains, and of those that RetryOptions.Of adds.
const (
	Unexplained = "unexplained"
	NeverRan    = "never-ran"
)

// Validate reports everything that is wrong with the options, joined into one error.
func (o RetryOptions) Validate() error {
	errs := []error{o.Reading.Validate()}
	if o.MaxRejects < -1 {
		errs = append(errs, errors.New("max-rejects: must be -1 or more"))
	}
	if !slices.Contains([]Order{"", OrderDate, OrderSources}, o.Order) {
		errs = append(errs, fmt.Errorf("order: %q is none of date, sources%s", o.Order, schema.DidYouMean(string(o.Order), "date", "sources")))
	}
	names := []string{Unexplained, NeverRan}
	for _, r := range cause.Rules() {
		names = append(names, r.Name)
	}
	for _, name := range o.Causes {
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("cause: no rule is called %q%s (the names are %s)", name, schema.DidYouMean(name, names...), strings.Join(names, ", ")))
		}
	}
	return errors.Join(errs...)
}

// Retried says what is to be run again, and what is not.
type Retried struct {
	// Manifests are the manifests that were written, or would be: none where no object is
	// to be run again, and two where some have a version and others have none.
	Manifests []JobManifest
	// Causes are the objects that failed, and have not succeeded since, by cause, and
	// those that never ran: those with the most objects first.
	Causes []CauseCount
	// LeftOut says why objects are in no manifest.
	LeftOut LeftOut
	// Buckets is the number of buckets that have objects in the manifests.
	Buckets int
	// BucketNames are the names of the first ten of them.
	BucketNames []string
	// Codes are error codes that objects have which failed and have not succeeded since:
	// all of RetryOptions.Codes that any has, and some others; none if that is empty.
	Codes []string
	// Jobs are the jobs that were read, in the order in which they count.
	Jobs []string
	// Reports is the S3 address below which the report of the last job lies, in the
	// folder of the job; empty where that is not on S3.
	Reports string
	// Totals are sums over what was read.
	Totals ledger.Totals
	// Rejects are the first rows that could not be read.
	Rejects []ledger.RowError
	// Elapsed is the time from the call to its end.
	Elapsed time.Duration
}

// Objects returns the number of objects in all manifests.
func (r *Retried) Objects() (n int64) {
	for _, m := range r.Manifests {
		n += m.Objects
	}
	return n
}

// JobManifest is a manifest for a new job.
type JobManifest struct {
	Name     string `json:"name"`     // its path or address
	Versions bool   `json:"versions"` // whether each row has a version; none has if not
	Objects  int64  `json:"objects"`
	Bytes    int64  `json:"bytes"`
	MD5      string `json:"md5"`            // of its bytes, in lower-case hex
	ETag     string `json:"etag,omitempty"` // as the store says; empty where it has none, and where nothing was written
}

// VersionsError says that a manifest would have rows with a version and rows without,
// which S3 Batch Operations takes in two manifests only, and that there is place for one.
type VersionsError struct {
	Versioned, Plain int64 // objects with a version and without
}

// Error says how many of each there are.
func (e *VersionsError) Error() string {
	return fmt.Sprintf("%d objects have a version and %d have none: these are two manifests, and standard output takes one", e.Versioned, e.Plain)
}

// CauseCount counts the objects of a cause.
type CauseCount struct {
	Name string      // of the rule, or Unexplained or NeverRan
	Rule *cause.Rule // nil for those two
	// Taken are in a manifest, and Left are not.
	Taken, Left int64
}

// LeftOut counts objects that failed, or never ran, and are in no manifest, by the first
// reason that holds.
type LeftOut struct {
	Succeeded    int64 `json:"succeeded_later"` // in a later job
	NotRetryable int64 `json:"not_retryable"`
	OtherCause   int64 `json:"other_cause"`
	OtherCode    int64 `json:"other_code"`
	OtherValue   int64 `json:"other_value"`
	Versions     int64 `json:"other_versions"` // of objects that are in, for DropVersions
}

// Retry reads the reports of sources, which are named as for [Convert], and writes the
// manifest of a new job: the objects that have failed, and have not succeeded in a later
// job, encoded as they are in the reports. It is for S3 Batch Operations to read: CSV
// without a header. Where some objects have a version and others have none, those that
// have are in a manifest of their own, whose name has -versions before its ending.
//
// An object is the same as another one by bucket, decoded key and version. In one job it
// has failed if any of its rows says so. Which of two jobs is later is what Order says;
// where that does not tell, and both have the same object, it is an error.
//
// The manifest is a path, an S3 address, or [storage.Stdio]. Nothing of it is visible
// before it is complete. Where no object is to be run again nothing is written. A job that
// cannot be read is an error, since an object of it may have failed. Retry holds some 200
// MiB, whatever the size of the reports; what is more lies in TempDir.
func Retry(ctx context.Context, store storage.Store, sources []string, manifest string, o RetryOptions) (*Retried, error) {
	begin := time.Now()
	result := &Retried{}
	err := result.retry(ctx, store, sources, manifest, o)
	result.Elapsed = time.Since(begin)
	return result, err
}

func (r *Retried) retry(ctx context.Context, store storage.Store, sources []string, manifest string, o RetryOptions) error {
	if err := o.Validate(); err != nil {
		return err
	}
	rows := newRetryRows(&o, r)
	defer rows.close()
	s := newScan(store, o.options(o.MaxRejects), rows.columns())
	jobs, err := s.find(ctx, sources, false)
	if err != nil {
		return err
	}
	if err := errorsOf(jobs); err != nil {
		return err
	}
	to := &jobmanifest.Files{Store: store, Name: manifest, Of: o.Of, Log: s.options.Log}
	if err := to.Check(ctx, jobs); err != nil {
		return err
	}
	ordered := objects.InOrder(jobs, o.Order == OrderSources)
	// Of the first job no success matters, but to what never ran.
	s.failedOnly = ordered.FirstIsKnown() && o.Of == ""
	format, err := ndjson.New(schema.Arrow(rows.columns()), ndjson.Options{Compression: encode.None})
	if err != nil {
		return err
	}
	sorted := &objectSort{pipeline: s.pipeline, jobs: ordered, format: format, workers: s.options.Workers, tempDir: o.TempDir, reject: r.reject}
	if o.Of != "" {
		list := &objects.List{Store: store, Name: o.Of, Keys: o.KeyEncoding, MaxRecord: s.options.MaxRecordBytes, Builder: batch.NewBuilder(s.mem, rows.columns())}
		sorted.listed = list.Read
	}
	if err := sorted.run(ctx, rows); err != nil {
		return err
	}
	for i, j := range ordered.Jobs {
		r.Jobs = append(r.Jobs, objects.Label(&j.Job))
		r.Reports = reportsOf(&j.Job)
		r.Totals.Add(sorted.reads[i].totals)
	}
	r.Causes, r.Codes = rows.counts(), slices.Sorted(maps.Keys(rows.codes))
	if manifest == storage.Stdio && rows.plain.Rows() > 0 && rows.versioned.Rows() > 0 {
		return &VersionsError{rows.versioned.Rows(), rows.plain.Rows()}
	}
	manifests, err := to.Write(ctx, rows.plain, rows.versioned, o.DryRun)
	for _, m := range manifests {
		r.Manifests = append(r.Manifests, JobManifest(m))
	}
	return err
}

// errorsOf joins the errors of jobs that cannot be read.
func errorsOf(jobs []source.Found) error {
	var errs []error
	for _, j := range jobs {
		errs = append(errs, j.Err)
	}
	return errors.Join(errs...)
}

// reportsOf returns the S3 address below which the report of a job lies.
func reportsOf(j *plan.Job) string {
	for _, f := range j.Files {
		if id, rest := schema.SplitJob(f.Name); storage.IsS3(f.Name) && id != "" {
			return strings.TrimSuffix(f.Name, "job-"+id+"/"+rest)
		}
	}
	return ""
}

// mostRejects is how many of the rows that could not be read are named.
const mostRejects = 20

// reject takes rows that could not be read.
func (r *Retried) reject(_ context.Context, file *plan.File, rows []rejectedRow) error {
	for _, row := range rows[:min(len(rows), mostRejects-len(r.Rejects))] {
		r.Rejects = append(r.Rejects, *row.err(file))
	}
	return nil
}

// counts returns the objects by cause.
func (w *retryRows) counts() []CauseCount {
	counts := []CauseCount{}
	for _, c := range w.causes {
		counts = append(counts, *c)
	}
	slices.SortFunc(counts, func(a, b CauseCount) int {
		return cmp.Or(cmp.Compare(b.Taken+b.Left, a.Taken+a.Left), cmp.Compare(a.Name, b.Name))
	})
	return counts
}
