package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Register is the one object, a job's commit.json, that decides what the job's
// part of the table is. Every change of it is a Swap, so that of several who
// want to change it one does. At any time its record is the truth: of a job that
// has not been committed yet, it is one without fingerprint and parts. The object
// begins with its checksum: see seal.
//
//	record A ─claim─▶ record A, next B ─publish B─▶ record B, replaces A ─delete A─▶ record B
type Register struct {
	Record
	// Next is what is being committed; nil if nothing is. Whoever finds one
	// finishes it.
	Next *Intent `json:"next,omitempty"`

	tag string // for Swap; empty if there is no object
}

// Intent is a commit that has been claimed. Its pendings have names below the
// destination, and in their folder: see destination.here.
type Intent struct {
	Record   Record            `json:"record"`
	Pendings []storage.Pending `json:"pendings"`
	// Lost is what an earlier intent, of which something was gone, could still
	// publish: it is dropped before anything else is done.
	Lost *lostIntent `json:"lost,omitempty"`
}

type lostIntent struct {
	Fingerprint string            `json:"fingerprint"`
	Pendings    []storage.Pending `json:"pendings"`
}

// readRegister reads the register of a job.
func readRegister(ctx context.Context, d *destination) (*Register, error) {
	name := d.state("commit.json")
	data, tag, err := d.Get(ctx, name, MaxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &Register{Record: Record{Version: RecordVersion, Job: d.job, Columns: []RecordColumn{}, Inputs: []Input{}, Outputs: []Part{}, Rejects: []Reject{}}}, nil
	}
	if err != nil {
		return nil, err
	}
	r, err := ParseRegister(name, data)
	if err != nil {
		return nil, err
	}
	r.tag = tag
	return r, nil
}

// ParseRegister parses a register. What it says is not believed further than
// files below the destination go.
func ParseRegister(name string, data []byte) (*Register, error) {
	var r Register
	err := checkSeal(data)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err == nil {
		err = r.check()
	}
	if err != nil {
		return nil, &storage.Error{
			Op: "parse commit record", Name: name, Err: err,
			Hint: "move it away, convert again with the same options, and let verify list the files that no record knows",
		}
	}
	return &r, nil
}

func (r *Register) check() error {
	if r.Version != RecordVersion {
		return fmt.Errorf("version %d, this program knows %d", r.Version, RecordVersion)
	}
	for _, file := range r.AllFiles() {
		if !table.ValidName(file) {
			return fmt.Errorf("%q is no name of a file below the destination", file)
		}
	}
	if r.Next == nil {
		return nil
	}
	known := r.Next.Record.Files()
	for _, p := range r.Next.Pendings {
		if !slices.Contains(known, p.Name) {
			return fmt.Errorf("%q is to be published, and is in no record", p.Name)
		}
	}
	if !table.ValidFingerprint(r.Next.Record.Fingerprint) || r.Next.Lost != nil && !table.ValidFingerprint(r.Next.Lost.Fingerprint) {
		return errors.New("what is being committed has no fingerprint")
	}
	return nil
}

// swap replaces the register by one that says next, if nobody else has changed it.
func (d *destination) swap(ctx context.Context, old, next *Register) error {
	data, err := json.MarshalIndent(next, "", " ")
	if err == nil && len(data) > MaxRecordFile {
		err = fmt.Errorf("%d bytes are more than the %d that are read again", len(data), MaxRecordFile)
	}
	if err != nil {
		return fmt.Errorf("write commit record: %w", err)
	}
	next.tag, err = d.Swap(ctx, d.state("commit.json"), seal(append(data, '\n')), old.tag)
	return err
}

// AllFiles are the names of all files that the register knows of: its record's,
// those that are to be deleted, and those of a commit under way.
func (r *Register) AllFiles() []string {
	files := append(r.Files(), r.Replaces...)
	if r.Next != nil {
		files = append(append(files, r.Next.Record.Files()...), r.Next.Record.Replaces...)
	}
	return files
}

// Unfinished reports whether a commit has begun and not ended.
func (r *Register) Unfinished() bool { return r.Next != nil || len(r.Replaces) > 0 }

// deciding is the record of what is committed or, if a commit has begun, is about
// to be.
func (r *Register) deciding() *Record {
	if r.Next != nil {
		return &r.Next.Record
	}
	return &r.Record
}

// Files are the names of all that a record lists, below DEST.
func (r *Record) Files() []string {
	var names []string
	for _, p := range r.Outputs {
		names = append(names, p.Name)
	}
	for _, p := range r.Rejects {
		names = append(names, p.Name)
	}
	return names
}
