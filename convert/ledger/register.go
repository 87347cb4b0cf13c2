package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// Register is the object that decides what a job's part of the table is: see the
// package. Its record is the truth at any time. That of a job that has not been
// committed yet has no fingerprint and no files.
type Register struct {
	Record
	// Next is what is being committed; nil if nothing is. Whoever finds one
	// finishes it.
	Next *intent `json:"next,omitempty"`
	// Withdrawn says that Next is not to be finished but taken back.
	Withdrawn bool `json:"withdrawn,omitempty"`

	tag string // for Swap; empty if there is no object
}

// intent is a commit that has been claimed: see intent.go.
type intent struct {
	Record Record `json:"record"`
	// Results name the results of tasks that say what is pending of the record.
	Results []claimedResult `json:"results,omitempty"`
	// Pendings are what is pending, with names that are relative (see runFiles.absolute):
	// registers of the versions before have it instead of Results.
	Pendings []storage.Pending `json:"pendings,omitempty"`
	// Lost is an earlier intent, of which something was gone: what it could still
	// publish is dropped before anything else is done.
	Lost *lostIntent `json:"lost,omitempty"`

	pendings []storage.Pending // all, absolute, once they are known
}

// claimedResult names the result of a task that a claim is made of.
type claimedResult struct {
	Task  int `json:"task"`
	Files int `json:"files"` // that wait to be published, at least 1
}

type lostIntent struct {
	Fingerprint string `json:"fingerprint"`
	// PartitionBy are the partition columns of its parts, by which they are found; nil
	// where Pendings are all there is.
	PartitionBy []schema.Column   `json:"partition_by,omitempty"`
	Pendings    []storage.Pending `json:"pendings,omitempty"`
}

// registerFile is the name of a register in its job's folder.
const registerFile = "commit.json"

// RegisterName returns the address of a job's register, whether it is there or not.
func RegisterName(dest, job string) string {
	return storage.Join(dest, StateFolder+"/"+job+"/"+registerFile)
}

// Jobs returns the names of the jobs that have a register below dest, in byte
// order. Its errors are those of listing dest.
func Jobs(ctx context.Context, store storage.Store, dest string) ([]string, error) {
	var jobs []string
	root := storage.Join(dest, StateFolder)
	for info, err := range storage.BulkOf(store).ListShallow(ctx, root, 1) {
		if err != nil {
			return nil, err
		}
		if job, file, _ := strings.Cut(strings.TrimPrefix(info.Name, root+"/"), "/"); file == registerFile {
			jobs = append(jobs, job)
		}
	}
	return jobs, nil
}

// ParseRegister parses the bytes of the register with that address, which says the
// job. What they say is not believed further than that job's files go. A register
// that is damaged, was edited, is another job's, or is of another version is a
// *storage.Error with a hint.
func ParseRegister(name string, data []byte) (*Register, error) {
	var r Register
	err := checkChecksum(data)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err == nil {
		err = r.check(path.Base(path.Dir(name)))
	}
	if err != nil {
		return nil, &storage.Error{
			Op: "parse commit record", Name: name, Err: err,
			Hint: "move it away, convert again with the same options, and let verify list the files that no record knows",
		}
	}
	return &r, nil
}

// AllFiles returns the names, below DEST, of all files that the register knows
// of: its record's, those that are to be deleted, and those of a commit under way.
func (r *Register) AllFiles() []string {
	files := append(r.Files(), r.Replaces...)
	if r.Next != nil {
		files = append(append(files, r.Next.Record.Files()...), r.Next.Record.Replaces...)
	}
	return files
}

// Unfinished reports whether a commit has begun and not ended.
func (r *Register) Unfinished() bool {
	return r.Next != nil || len(r.Replaces) > 0 || len(r.Supersedes) > 0
}

// version is the version of the register's form. A register that an older program would
// not finish as this one does has another than RecordVersion, so that it is refused there:
// 2 where it is withdrawn, 3 where it names results, 4 where it is both, and 4 more of each
// where the table has a Delta log, which an older program would not keep.
func (r *Register) version() int {
	version := RecordVersion
	if r.Withdrawn {
		version++
	}
	if r.Next != nil && r.Next.Results != nil {
		version += 2
	}
	if r.Logged {
		version += 4
	}
	return version
}

// IsClaimed reports whether a commit is under way that is to be finished.
func (r *Register) IsClaimed() bool { return r.Next != nil && !r.Withdrawn }

// latest is the record of what is about to be committed or, if no commit is under
// way, of what is committed.
func (r *Register) latest() *Record {
	if r.IsClaimed() {
		return &r.Next.Record
	}
	return &r.Record
}

// emptyRecord is the record of a job that has nothing in the table.
func emptyRecord(job string) Record {
	return Record{Version: RecordVersion, Job: job, Columns: []RecordColumn{}, Inputs: []Input{}, Outputs: []Part{}, Rejects: []Reject{}}
}

// readRegister reads the register of the job.
func (f *runFiles) readRegister(ctx context.Context) (*Register, error) {
	data, tag, err := f.getRegister(ctx)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return &Register{Record: emptyRecord(f.job)}, nil
	}
	r, err := ParseRegister(f.register(), data)
	if err != nil {
		return nil, err
	}
	r.tag = tag
	return r, nil
}

// registerTag returns the tag of the job's register as it is now, without reading more of
// it than the store needs for that.
func (f *runFiles) registerTag(ctx context.Context) (string, error) {
	tag, err := storage.BulkOf(f.Store).Tag(ctx, f.register())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return tag, err
}

// getRegister returns the bytes of the job's register; nil if it is not there.
func (f *runFiles) getRegister(ctx context.Context) (data []byte, tag string, err error) {
	data, tag, err = f.Get(ctx, f.register(), MaxRecordFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", nil
	case err != nil:
		return nil, "", err
	}
	if data == nil {
		data = []byte{} // an empty object is a damaged one
	}
	return data, tag, nil
}

// swapRegister replaces the register by next, if it still is old: it is
// storage.ErrConflict if somebody else has changed it.
func (f *runFiles) swapRegister(ctx context.Context, old, next *Register) error {
	next.Version = next.version()
	if err := next.check(f.job); err != nil { // nobody could read it again
		return fmt.Errorf("write commit record %s: %w, which is an error of this program", f.register(), err)
	}
	data, err := json.MarshalIndent(next, "", " ")
	if err == nil && len(data) > MaxRecordFile {
		err = fmt.Errorf("%d bytes are more than the %d that are read again", len(data), MaxRecordFile)
	}
	if err != nil {
		return fmt.Errorf("write commit record: %w", err)
	}
	next.tag, err = f.Swap(ctx, f.register(), withChecksum(append(data, '\n')), old.tag)
	return err
}
