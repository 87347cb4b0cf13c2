package ledger

import (
	"fmt"

	"batchreport/convert/storage"
)

// TaskVersion is the version of the form of a task's result.
const TaskVersion = 1

// TaskResult says what a task wrote. It is plain JSON, so that a commit
// elsewhere can publish it.
type TaskResult struct {
	Version int             `json:"batchreport_task"` // TaskVersion
	Index   int             `json:"index"`            // of the task in its job, from 0
	Inputs  []Input         `json:"inputs"`
	Parts   []WrittenPart   `json:"parts"`
	Rejects *WrittenRejects `json:"rejects"` // nil if there are none
	// Totals are the sums over the task, without its parts: see AllTotals.
	Totals Totals `json:"totals"`
	// ErrorCodes counts the rows by error_code; nil where a version of the program that
	// did not count them has run the task.
	ErrorCodes *CodeCounts `json:"error_codes,omitempty"`
	// LastReject is the last row that could not be read; nil if there was none.
	LastReject *RowError `json:"last_reject,omitempty"`
}

// WrittenPart is a part that is written and not yet visible.
type WrittenPart struct {
	Part    Part            `json:"part"`
	Pending storage.Pending `json:"pending"`
}

// WrittenRejects is a file of rejected rows that is written and not yet visible.
type WrittenRejects struct {
	Reject  Reject          `json:"reject"`
	Pending storage.Pending `json:"pending"`
}

// RowError is a record that could not be read.
type RowError struct {
	Object string // the result file
	Row    int64  // record number in it, from 1
	Offset int64  // of the record's first byte in it, from 0
	Length int64  // of the record in bytes, with its line end
	Reason string
}

// Error names object, row and byte offset.
func (e *RowError) Error() string {
	return fmt.Sprintf("%s: row %d at byte %d: %s", storage.Shown(e.Object), e.Row, e.Offset, e.Reason)
}

// AllTotals returns the sums over the task, its parts included.
func (r *TaskResult) AllTotals() Totals {
	t := r.Totals
	for _, p := range r.Parts {
		t.Parts++
		t.BytesOut += p.Part.Bytes
	}
	return t
}

// Check compares what was read with what was written, in rows. That they differ is
// an error of this program.
func (r *TaskResult) Check() error {
	var read, written int64
	for _, in := range r.Inputs {
		read += in.Rows
	}
	for _, p := range r.Parts {
		written += p.Part.Rows
	}
	if read != written+r.Totals.Merged {
		return fmt.Errorf("check sums: %d rows were read and %d written, which is an error of this program", read, written+r.Totals.Merged)
	}
	return nil
}

// Pendings returns all files of the result, the rejects first.
func (r *TaskResult) Pendings() []storage.Pending {
	var all []storage.Pending
	for _, w := range r.written() {
		all = append(all, w.Pending)
	}
	return all
}

// writtenFile is a file of a result, with its name below DEST.
type writtenFile struct {
	Name    string
	Pending storage.Pending
}

// written are all files of the result.
func (r *TaskResult) written() []writtenFile {
	var all []writtenFile
	if r.Rejects != nil {
		all = append(all, writtenFile{r.Rejects.Reject.Name, r.Rejects.Pending})
	}
	for _, p := range r.Parts {
		all = append(all, writtenFile{p.Part.Name, p.Pending})
	}
	return all
}

// makeAbsolute makes the files of a result that was kept those of this run in this
// destination: see runFiles.absolute.
func (r *TaskResult) makeAbsolute(f *runFiles) {
	if r.Rejects != nil {
		r.Rejects.Pending = f.absolute(relative(r.Rejects.Pending, r.Rejects.Reject.Name), f.fingerprint)
	}
	for i := range r.Parts {
		p := &r.Parts[i]
		p.Pending = f.absolute(relative(p.Pending, p.Part.Name), f.fingerprint)
	}
}
