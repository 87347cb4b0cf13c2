package convert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"batchreport/convert/storage"
)

// register is the one object, a job's commit.json, that decides what the job's
// part of the table is. Every change of it is a Swap, so that of several who
// want to change it one does. At any time its record is the truth: of a job that
// has not been committed yet, it is one without fingerprint and parts. The object
// begins with its checksum: see seal.
//
//	record A ─claim─▶ record A, next B ─publish B─▶ record B, replaces A ─delete A─▶ record B
type register struct {
	Record
	// Next is what is being committed; nil if nothing is. Whoever finds one
	// finishes it.
	Next *intent `json:"next,omitempty"`

	tag string // for Swap; empty if there is no object
}

// intent is a commit that has been claimed.
type intent struct {
	Record   Record            `json:"record"`
	Pendings []storage.Pending `json:"pendings"`
}

// readRegister reads the register of a job.
func readRegister(ctx context.Context, d *destination) (*register, error) {
	name := d.state("commit.json")
	data, tag, err := d.Get(ctx, name, maxRecordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &register{Record: Record{Version: recordVersion, Job: d.job, Columns: []RecordColumn{}, Inputs: []Input{}, Outputs: []Part{}, Rejects: []Reject{}}}, nil
	}
	if err != nil {
		return nil, err
	}
	r, err := parseRegister(name, data)
	if err != nil {
		return nil, err
	}
	r.tag = tag
	return r, nil
}

func parseRegister(name string, data []byte) (*register, error) {
	var r register
	if err := checkSeal(data); err != nil {
		return nil, fmt.Errorf("parse commit record %s: %w", name, err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("parse commit record %s: %w", name, err)
	}
	if r.Version != recordVersion {
		return nil, fmt.Errorf("parse commit record %s: version %d, this program knows %d", name, r.Version, recordVersion)
	}
	for _, file := range r.allFiles() {
		if !validName(file) {
			return nil, fmt.Errorf("parse commit record %s: %q is no name of a file below the destination", name, file)
		}
	}
	return &r, nil
}

// swap replaces the register by one that says next, if nobody else has changed it.
func (d *destination) swap(ctx context.Context, old, next *register) error {
	data, err := json.MarshalIndent(next, "", " ")
	if err != nil {
		return fmt.Errorf("write commit record: %w", err)
	}
	next.tag, err = d.Swap(ctx, d.state("commit.json"), seal(append(data, '\n')), old.tag)
	return err
}

// allFiles are the names of all files that the register knows of: its record's,
// those that are to be deleted, and those of a commit under way.
func (r *register) allFiles() []string {
	files := append(r.files(), r.Replaces...)
	if r.Next != nil {
		files = append(append(files, r.Next.Record.files()...), r.Next.Record.Replaces...)
	}
	return files
}

// deciding is the fingerprint of what is committed, or is about to be.
func (r *register) deciding() *Record {
	if r.Next != nil {
		return &r.Next.Record
	}
	return &r.Record
}

// files are the names of all that a record lists, below DEST.
func (r *Record) files() []string {
	var names []string
	for _, p := range r.Outputs {
		names = append(names, p.Name)
	}
	for _, p := range r.Rejects {
		names = append(names, p.Name)
	}
	return names
}
