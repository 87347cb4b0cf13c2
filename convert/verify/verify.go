package verify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// Options say how Verify works. The zero value of a field means its default.
type Options struct {
	// Workers is how many files are read at once; default 8: one connection to S3
	// delivers less than 100 MB a second.
	Workers int
	// OnPlan, if set, is called once with the number of bytes to read.
	OnPlan func(bytes int64)
	// OnRead, if set, is called with the number of bytes just read, never by two
	// goroutines at once.
	OnRead func(bytes int)
}

// Kind says what is wrong with an object.
type Kind string

// The kinds of findings.
const (
	Missing    Kind = "missing"    // a record lists it, and it is not there
	Size       Kind = "size"       // it has another number of bytes than its record says
	Damaged    Kind = "damaged"    // it has other bytes
	Footer     Kind = "footer"     // its Parquet footer has other rows or columns
	Lines      Kind = "lines"      // it has another number of lines
	Unknown    Kind = "unknown"    // a file of data that no record lists
	Record     Kind = "record"     // a commit record is damaged, was edited, or contradicts itself
	Unfinished Kind = "unfinished" // a commit is under way or was cut off
)

// Finding is something that is not as the commit records say.
type Finding struct {
	Job     string `json:"job,omitempty"` // empty where no record knows the object
	Object  string `json:"object"`        // its whole name
	Kind    Kind   `json:"kind"`
	Message string `json:"message"`
}

// Result is what Verify found.
type Result struct {
	Jobs  int64 `json:"jobs"`  // that are committed
	Files int64 `json:"files"` // that are as their records say, those of rejects too
	Rows  int64 `json:"rows"`  // in the parts among them
	Bytes int64 `json:"bytes"` // in all of them
	// Findings are ordered by object.
	Findings []Finding `json:"findings"`
}

// Table compares all that lies below dest with the commit records there. It
// reads every file whole, several at a time, and none into memory, and does not
// change anything.
//
// What cannot be read is no finding but an error: nothing is known about it. The
// error joins those of several objects; what was found in others is in the
// Verification, which is never nil. Where there is neither a record nor a file
// of data, that is an error too.
func Table(ctx context.Context, store storage.Store, dest string, o Options) (*Result, error) {
	v := &verifier{store: store, dest: dest, options: o, result: &Result{Findings: []Finding{}}}
	v.options.Workers = cmp.Or(o.Workers, 8)
	err := v.verify(ctx)
	slices.SortFunc(v.result.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Object, b.Object), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Message, b.Message))
	})
	return v.result, err
}

// verifier is a Verify on its way.
type verifier struct {
	store   storage.Store
	dest    string
	options Options
	mu      sync.Mutex // for OnRead
	result  *Result
}

// verifiedJob is a job whose register was found.
type verifiedJob struct {
	name     string
	dest     string
	at       *ledger.Register // nil if it is no register
	tag      string           // of the object, register or not
	files    []*recordedFile
	findings []Finding
	err      error // of what could not be read
}

func (j *verifiedJob) record() string { return ledger.RegisterName(j.dest, j.name) }

func (j *verifiedJob) find(object string, kind Kind, message string) {
	j.findings = append(j.findings, Finding{j.name, object, kind, message})
}

func (v *verifier) verify(ctx context.Context) error {
	// Files before registers: a register lists a file before it is visible, so
	// what was there and is in none was deleted since, or is nobody's.
	data, err := v.data(ctx)
	if err != nil {
		return err
	}
	jobs, err := v.jobs(ctx)
	if err != nil {
		return err
	}
	if len(jobs) == 0 && len(data) == 0 {
		return fmt.Errorf("read %s: no commit record", v.dest)
	}
	if err := stage.Each(ctx, v.options.Workers, jobs, v.readRegister); err != nil {
		return err
	}
	var files []*recordedFile
	for _, j := range jobs {
		j.examine()
		files = append(files, j.files...)
	}
	unread := v.readFiles(ctx, files)
	if err := stage.Each(ctx, v.options.Workers, jobs, v.confirm); err != nil {
		return err
	}
	for _, j := range jobs {
		if j.at != nil && j.at.Fingerprint != "" {
			v.result.Jobs++
		}
		v.result.Findings = append(v.result.Findings, j.findings...)
		unread = errors.Join(unread, j.err)
	}
	for _, f := range files {
		if f.asRecorded {
			v.result.Files++
			v.result.Bytes += f.bytes
			v.result.Rows += f.tableRows
		}
	}
	return errors.Join(unread, v.unknown(ctx, data, jobs))
}

// data lists the files below DEST that a reader would take for the table's, and
// the files of rejects.
func (v *verifier) data(ctx context.Context) ([]string, error) {
	var names []string
	for info, err := range v.store.List(ctx, v.dest) {
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(info.Name, storage.Join(v.dest, ""))
		if state, ok := strings.CutPrefix(name, ledger.StateFolder+"/"); ok {
			if ok, _ := path.Match("*/rejects/*.jsonl.gz", state); ok {
				names = append(names, name)
			}
		} else if slices.ContainsFunc(dataEndings[:], func(end string) bool { return strings.HasSuffix(name, end) }) {
			names = append(names, name)
		}
	}
	return names, nil
}

// dataEndings are how the names of all parts end.
var dataEndings = [...]string{".parquet", ".ndjson", ".ndjson.gz", ".ndjson.zst"}

// jobs returns the jobs that have a register.
func (v *verifier) jobs(ctx context.Context) ([]*verifiedJob, error) {
	names, err := ledger.Jobs(ctx, v.store, v.dest)
	var jobs []*verifiedJob
	for _, name := range names {
		jobs = append(jobs, &verifiedJob{name: name, dest: v.dest})
	}
	return jobs, err
}

// readRegister reads the register of a job. It is damaged only if it is so twice:
// a connection can damage it too.
func (v *verifier) readRegister(ctx context.Context, j *verifiedJob) error {
	var before []byte
	for try := range 2 {
		data, tag, err := v.store.Get(ctx, j.record(), ledger.MaxRecordFile)
		if err != nil {
			return err
		}
		j.tag = tag
		j.at, err = ledger.ParseRegister(j.record(), data)
		switch {
		case err == nil:
			return nil
		case try > 0 && !bytes.Equal(data, before):
			return errUnsteady(j.record())
		case try > 0:
			j.find(j.record(), Record, strings.TrimPrefix(err.Error(), "parse commit record "+j.record()+": "))
		}
		before = data
	}
	return nil
}

// errUnsteady is for what cannot be read the same way twice.
func errUnsteady(name string) error {
	return &storage.Error{
		Op: "read", Name: name, Err: errors.New("two readings gave different bytes"),
		Hint: "what lies between store and program damages what it delivers, or somebody writes to the object",
	}
}

// examine looks for what the register alone gives away, and for the files to read.
func (j *verifiedJob) examine() {
	if j.at == nil {
		return
	}
	r := &j.at.Record
	if j.at.Unfinished() {
		j.find(j.record(), Unfinished, "a commit is under way or was cut off: run the same command again to finish it")
	}
	if r.Job != j.name {
		j.find(j.record(), Record, fmt.Sprintf("it is that of job %s", r.Job))
	}
	if r.Fingerprint == "" {
		return
	}
	for _, contradiction := range contradictions(r) {
		j.find(j.record(), Record, contradiction)
	}
	j.files = j.recordedFiles()
}

// maxUnread is how many files cannot be read before reading is given up: each
// may take as long as the store's client tries.
const maxUnread = 20

// readFiles reads all files and notes in their jobs what it finds.
func (v *verifier) readFiles(ctx context.Context, files []*recordedFile) error {
	if v.options.OnPlan != nil {
		var bytes int64
		for _, f := range files {
			bytes += f.bytes
		}
		v.options.OnPlan(bytes)
	}
	var mu sync.Mutex // for jobs
	unread := 0
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(v.options.Workers)
	for _, f := range files {
		g.Go(stage.Guard(func() error {
			if gctx.Err() != nil {
				return nil
			}
			finding, err := v.readFile(gctx, f)
			if gctx.Err() != nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				f.job.err = errors.Join(f.job.err, err)
				if unread++; unread == maxUnread {
					return fmt.Errorf("verify %s: gave up after %d files that cannot be read", v.dest, unread)
				}
			case finding.Kind != "":
				f.job.findings = append(f.job.findings, finding)
			default:
				f.asRecorded = true
			}
			return nil
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// confirm takes back what was found out about a job that was committed again
// while its files were read.
func (v *verifier) confirm(ctx context.Context, j *verifiedJob) error {
	if len(j.findings) == 0 && j.err == nil {
		return nil
	}
	_, tag, err := v.store.Get(ctx, j.record(), ledger.MaxRecordFile)
	if err != nil {
		return err
	}
	if tag != j.tag {
		j.findings, j.err = nil, nil
		j.find(j.record(), Unfinished, "it was changed meanwhile: verify again")
	}
	return nil
}

// unknown looks for files of data that no register lists and that are still there.
func (v *verifier) unknown(ctx context.Context, data []string, jobs []*verifiedJob) error {
	known := map[string]bool{}
	damaged := false
	for _, j := range jobs {
		if j.at == nil {
			damaged = true
			continue
		}
		for _, name := range j.at.AllFiles() {
			known[name] = true
		}
	}
	data = slices.DeleteFunc(data, func(name string) bool {
		// What looks like a part may be that of the record that cannot be read.
		return known[name] || damaged && ledger.IsPartName(path.Base(name))
	})
	var mu sync.Mutex
	return stage.Each(ctx, v.options.Workers, data, func(ctx context.Context, name string) error {
		object := storage.Join(v.dest, name)
		_, err := v.store.Stat(ctx, object)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		v.result.Findings = append(v.result.Findings, Finding{Object: object, Kind: Unknown, Message: "no commit record lists it"})
		return nil
	})
}
