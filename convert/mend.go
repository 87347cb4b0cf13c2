package convert

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
)

// A table is mended where its record is the one that this run would write, and files
// of it are missing or have another size. Only the tasks that wrote these are run
// again. What they write must be what the record says, so that it stays as it is, and
// all that they write is published again.

// mend makes it the work to make those files of the record again.
func (w *jobWork) mend(missing []string) error {
	record := w.run.Record()
	w.missing = missing
	if !w.isSame() {
		version := strings.TrimPrefix(record.Program, createdBy)
		return fmt.Errorf("read the table of job %s: %s: version %s of this program made it, and --force converts all of it again", record.Job, w.damage(), version)
	}
	run := map[int]bool{}
	for _, name := range missing {
		index, ok := record.TaskOf(name)
		if !ok || index >= len(w.plan.Tasks) {
			return fmt.Errorf("read the table of job %s: %s: --force converts all of it again", record.Job, w.damage())
		}
		run[index] = true
	}
	w.tasks = slices.DeleteFunc(slices.Clone(w.plan.Tasks), func(t plan.Task) bool { return !run[t.Index] })
	w.c.options.Log.Warn("files of the table are missing or have another size, and are to be made again", "job", record.Job, "files", len(missing), "first", missing[0])
	return nil
}

// damage says what is missing.
func (w *jobWork) damage() string {
	s := w.missing[0] + " is missing or has another size than the commit record says"
	if n := len(w.missing) - 1; n > 0 {
		s += fmt.Sprintf(", and %d more", n)
	}
	return s
}

// mended returns the record as it is, after it has compared it with what the tasks
// wrote.
func (w *jobWork) mended() (*ledger.Record, error) {
	record := *w.run.Record()
	type file struct {
		name, crc32 string
		bytes, rows int64
	}
	listed, made := map[file]bool{}, map[string]bool{}
	for _, p := range record.Outputs {
		listed[file{p.Name, p.CRC32, p.Bytes, p.Rows}] = true
	}
	for _, p := range record.Rejects {
		listed[file{p.Name, p.CRC32, p.Bytes, p.Rows}] = true
	}
	check := func(f file) error {
		made[f.name] = true
		if !listed[f] {
			return fmt.Errorf("mend the table of job %s: %s comes out with other bytes than the commit record says: --force converts all of the job again", record.Job, f.name)
		}
		return nil
	}
	for _, r := range w.results {
		if p := r.Rejects; p != nil {
			if err := check(file{p.Reject.Name, p.Reject.CRC32, p.Reject.Bytes, p.Reject.Rows}); err != nil {
				return nil, err
			}
		}
		for _, p := range r.Parts {
			if err := check(file{p.Part.Name, p.Part.CRC32, p.Part.Bytes, p.Part.Rows}); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range w.missing {
		if !made[name] {
			return nil, fmt.Errorf("mend the table of job %s: %s is not made again: --force converts all of the job again", record.Job, name)
		}
	}
	return &record, nil
}
