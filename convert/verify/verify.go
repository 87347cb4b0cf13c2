// Package verify compares a table with its commit records: [Table] reads every file
// that they list, and looks for others that readers would take for the table's.
//
// Read verify.go first. A job's register is read and examined in job.go, what in
// its record does not agree is found in contradictions.go, its files are read in
// file.go and summed up in sum.go, and files that nobody lists are found in
// unknown.go, which says what readers take for data. finding.go has what comes out.
package verify

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// Options say how Table works. The zero value of a field means its default.
type Options struct {
	// Workers is how many files are read at once; default 8: one connection to S3
	// delivers less than 100 MB a second.
	Workers int
	// Log, if set, takes what is being read.
	Log *slog.Logger
	// OnPlan, if set, is called once with the number of bytes to read.
	OnPlan func(bytes int64)
	// OnRead, if set, is called with the number of bytes just read, never by two
	// goroutines at once.
	OnRead func(bytes int)
}

// Table compares all that lies below dest with the commit records there. It
// reads every file whole, several at a time, and none into memory, and does not
// change anything.
//
// What cannot be read is no finding but an error: nothing is known about it. The
// error joins those of several objects; what was found in others is in the
// Result, which is never nil. Where there is neither a record nor a file
// named as data, that is an error too.
func Table(ctx context.Context, store storage.Store, dest string, o Options) (*Result, error) {
	v := &verifier{store: store, dest: dest, options: o, result: &Result{Findings: []Finding{}}}
	v.options.Workers = cmp.Or(o.Workers, 8)
	v.options.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	err := v.verify(ctx)
	slices.SortFunc(v.result.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Object, b.Object), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Message, b.Message))
	})
	for _, f := range v.result.Findings {
		if v.result.Repair == nil {
			v.result.Repair = map[Kind]string{}
		}
		v.result.Repair[f.Kind] = f.Kind.repair()
	}
	return v.result, err
}

// verifier is a call of Table on its way.
type verifier struct {
	store   storage.Store
	dest    string
	options Options
	mu      sync.Mutex // for OnRead
	result  *Result
}

func (v *verifier) verify(ctx context.Context) error {
	// Files before registers: a register lists a file before it is visible, so
	// what was there and is in none was deleted since, or is nobody's.
	data, err := v.dataFiles(ctx)
	if err != nil {
		return err
	}
	jobs, err := v.jobs(ctx)
	if err != nil {
		return err
	}
	if len(jobs) == 0 && !slices.ContainsFunc(data, func(f dataFile) bool { return hasDataEnding(f.name) }) {
		return &storage.Error{Op: "read", Name: v.dest, Err: errors.New("no commit record"), Hint: "name a DEST that convert wrote to"}
	}
	if err := stage.Each(ctx, v.options.Workers, jobs, v.readRegister); err != nil {
		return err
	}
	var files []*recordedFile
	for _, j := range jobs {
		j.examine()
		v.options.Log.Debug("read a commit record", "job", j.name, "files", len(j.files))
		files = append(files, j.files...)
	}
	reportTwice(jobs)
	unlisted, err := v.compareLog(ctx, jobs)
	if err != nil {
		return err
	}
	unread := v.readFiles(ctx, files)
	if err := stage.Each(ctx, v.options.Workers, jobs, v.confirm); err != nil {
		return err
	}
	for _, j := range jobs {
		if j.register != nil && j.register.Fingerprint != "" {
			v.result.Jobs++
		}
		v.result.Findings = append(v.result.Findings, j.findings...)
		unread = errors.Join(unread, j.err)
	}
	if !slices.ContainsFunc(v.result.Findings, func(f Finding) bool { return f.Kind == Unfinished }) {
		v.result.Findings = append(v.result.Findings, unlisted...)
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
