package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"batchreport/convert/delta"
	"batchreport/convert/storage"
)

// A table may have a Delta log (package delta), which changes at once what its readers
// see. What is in it follows from the records: it lists the parts of all records, and is
// written between a claim's parts and its record:
//
//	record A, next B ─publish B─▶ ─log B─▶ record B, keeps A
//
// The files of A stay, for a reader that began before must end well; the record keeps their
// names and the time, and they are deleted by cleanKept. A job's latest txn in the log is a
// number made of what its record lists, so whoever rolls forward sees whether the log has
// the state. It looks at the log first and then, before it writes the next version, at the
// register: if that is still the claim, no version of another claim of the job can be there
// that it has not seen.
//
// A commit that is taken back writes a version too, though it may change nothing: a process
// that was stopped just before it wrote the state of the claim finds that version taken.
//
// That a table has a log is said by an object beside the registers, so that it is seen where
// these are listed, which each claim does after it was made. Who begins a log puts that object
// first, writes the first version, and then reads all registers: a claim that did not see the
// object was made before, so it is seen now.

// deltaMarker is the name of the object, beside the folders of jobs, that says that the
// table has a log.
const deltaMarker = "delta.json"

// deltaLog returns the log of the table, whether it is there or not.
func (d *Destination) deltaLog() *delta.Log {
	if d.log == nil {
		d.log = &delta.Log{Store: d.Store, Folder: d.Folder, Program: d.Program, Warn: d.Log, Now: d.Now}
	}
	return d.log
}

// hasLog reports whether the table has a log, by the last listing of the registers.
func (d *Destination) hasLog(ctx context.Context) (bool, error) {
	if _, err := d.listRegisters(ctx, false); err != nil || !d.marked {
		return false, err
	}
	s := d.deltaLog().Known()
	if s == nil || !s.Exists() {
		var err error
		if s, err = d.deltaLog().Read(ctx); err != nil {
			return false, err
		}
	}
	return s.Exists(), nil
}

// HasLog reports whether the table in dest has a Delta log.
func HasLog(ctx context.Context, store storage.Store, dest string) (bool, error) {
	s, err := (&delta.Log{Store: store, Folder: dest}).Read(ctx)
	return err == nil && s.Exists(), err
}

// now is the time.
func (d *Destination) now() time.Time {
	if d.Now != nil {
		return d.Now().UTC()
	}
	return time.Now().UTC()
}

// app is what a job is called in the log's transactions.
func app(job string) string { return appPrefix + job }

const appPrefix = "batchreport/"

// state returns the number by which the log knows what a record says; 0 where that is
// nothing.
func (r *Record) state() int64 {
	if r.Fingerprint == "" {
		return 0
	}
	h := sha256.New()
	fmt.Fprintln(h, r.Fingerprint)
	for _, p := range r.Outputs {
		fmt.Fprintf(h, "%q %d\n", p.Name, p.Bytes)
	}
	return int64(binary.BigEndian.Uint64(h.Sum(nil))>>1 | 1)
}

// brought returns the number of what the log has of a job.
func brought(s *delta.State, job string) int64 {
	n, _ := s.Brought(app(job))
	return n
}

// deltaFile returns a part as the log has it.
func deltaFile(p *Part) delta.File {
	return delta.File{Name: p.Name, Partition: p.Partition, Bytes: p.Bytes, Rows: p.Rows, Stats: p.Stats}
}

// changeTo returns a change of the log that brings a job to what a record says, without
// its files.
func (r *Record) changeTo(s *delta.State) *delta.Change {
	c := &delta.Change{
		Operation: "WRITE", Parameters: map[string]string{"job": r.Job, "fingerprint": r.Fingerprint},
		Txns: []delta.Txn{{App: app(r.Job), Number: r.state()}}, PartitionBy: s.PartitionBy(),
	}
	if len(r.Outputs) > 0 {
		c.Columns, c.PartitionBy = r.deltaColumns(), partitionNames(r.Options)
	}
	return c
}

// errMoved says that a register is not any more what a version of the log was to follow from.
var errMoved = errors.New("the commit record has changed meanwhile")

// bring makes the log say of the job what a record says, while the register is as it
// is given. Before is what the log is expected to say of it.
func (r *Run) bring(ctx context.Context, register *Register, before, after *Record) error {
	log := r.destination.deltaLog()
	_, err := log.Write(ctx, func(s *delta.State) (*delta.Change, error) {
		if !s.Exists() || brought(s, r.files.job) == after.state() {
			return nil, nil
		}
		if err := r.checkUnmoved(ctx, register); err != nil {
			return nil, err
		}
		c := after.changeTo(s)
		if brought(s, r.files.job) == before.state() {
			c.Add, c.Remove = newParts(before, after), goneParts(before, after)
		} else if err := r.reconcile(ctx, s, after, c); err != nil {
			return nil, err
		}
		return c, r.removeSuperseded(ctx, s, after, c)
	})
	return err
}

// checkUnmoved is errMoved unless the register is as it is given.
func (r *Run) checkUnmoved(ctx context.Context, register *Register) error {
	now, err := r.files.readRegister(ctx)
	if err == nil && now.tag != register.tag {
		err = errMoved
	}
	return err
}

// newParts returns the parts of a record that the one before has not.
func newParts(before, after *Record) (files []delta.File) {
	had := map[string]bool{}
	for _, p := range before.Outputs {
		had[p.Name] = true
	}
	for i := range after.Outputs {
		if p := &after.Outputs[i]; !had[p.Name] {
			files = append(files, deltaFile(p))
		}
	}
	return files
}

// goneParts returns the names of the parts of a record that the one after has not.
func goneParts(before, after *Record) (names []string) {
	for _, f := range newParts(after, before) {
		names = append(names, f.Name)
	}
	return names
}

// reconcile completes a change where the log does not say what was expected of the job: a
// record was moved away, or an older program has committed. The log loses what is in no
// register, and gets what it lacks of the record.
func (r *Run) reconcile(ctx context.Context, s *delta.State, after *Record, c *delta.Change) error {
	registers, err := r.destination.Registers(ctx, true, func(job string) bool { return job != r.files.job })
	if err != nil {
		return err
	}
	listed := map[string]bool{}
	for _, other := range registers {
		if other.Err != nil {
			return other.Err
		}
		for _, name := range other.Register.Files() {
			listed[name] = true
		}
		if next := other.Register.Next; next != nil {
			for _, name := range next.Record.Files() {
				listed[name] = true
			}
		}
	}
	mine := map[string]bool{}
	for _, p := range after.Outputs {
		mine[p.Name] = true
	}
	live := map[string]bool{}
	err = r.destination.deltaLog().Files(ctx, s, func(f delta.File) error {
		live[f.Name] = true
		if !mine[f.Name] && !listed[f.Name] {
			c.Remove = append(c.Remove, f.Name)
		}
		return nil
	})
	for i := range after.Outputs {
		if p := &after.Outputs[i]; !live[p.Name] {
			c.Add = append(c.Add, deltaFile(p))
		}
	}
	return err
}

// removeSuperseded adds to a change that the units of outcomes go that a record supersedes.
func (r *Run) removeSuperseded(ctx context.Context, s *delta.State, after *Record, c *delta.Change) error {
	for _, unit := range after.Supersedes {
		if brought(s, unit.Job) == 0 {
			continue
		}
		u := r.destination.Run(unit.Job, unit.Fingerprint, 0, nil)
		if err := u.Open(ctx); err != nil {
			return err
		}
		c.Txns = append(c.Txns, delta.Txn{App: app(unit.Job)})
		c.Remove = append(c.Remove, goneParts(&u.register.Record, after)...)
	}
	return nil
}

// log makes the log say what a claim says, before that becomes the record. It reports
// whether the table has a log.
func (r *Run) log(ctx context.Context, register *Register) (bool, error) {
	has, err := r.destination.hasLog(ctx)
	if err != nil || !has {
		return false, err
	}
	return true, r.bring(ctx, register, &register.Record, &register.Next.Record)
}

// syncLog makes the log say what a record says where a program that did not know of the log
// has made it.
func (r *Run) syncLog(ctx context.Context, register *Register) error {
	has, err := r.destination.hasLog(ctx)
	if err != nil || !has || register.Next != nil || brought(r.destination.deltaLog().Known(), r.files.job) == register.state() {
		return err
	}
	if err := r.bring(ctx, register, &register.Record, &register.Record); !errors.Is(err, errMoved) {
		return err
	}
	return nil // whoever has moved it brings the log there
}

// fenceLog makes the log say what the record says whose next was withdrawn. It writes a
// version in any case: see the top of this file. It reports whether the table has a log.
func (r *Run) fenceLog(ctx context.Context, register *Register) (bool, error) {
	has, err := r.destination.hasLog(ctx)
	if err != nil || !has {
		return false, err
	}
	before, after := &register.Next.Record, &register.Record
	_, err = r.destination.deltaLog().Write(ctx, func(s *delta.State) (*delta.Change, error) {
		if err := r.checkUnmoved(ctx, register); err != nil {
			return nil, err
		}
		c := after.changeTo(s)
		c.Operation = "RESTORE"
		switch brought(s, r.files.job) {
		case after.state():
		case before.state():
			c.Add, c.Remove = newParts(before, after), goneParts(before, after)
		default:
			return c, r.reconcile(ctx, s, after, c)
		}
		return c, nil
	})
	return true, err
}
