package ddl

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// ofOneLayout returns the records that are of the layout of the job like, and the
// others. Where like is empty, all must be of one layout, but for those of jobs
// without rows: they have no files.
func ofOneLayout(dest string, records []*ledger.Record, like string) (same, others []*ledger.Record, err error) {
	of := withRows(records)
	if like != "" {
		if of, err = findJob(dest, records, like); err != nil {
			return nil, nil, err
		}
	}
	if err := checkLayouts(dest, of); err != nil {
		return nil, nil, err
	}
	for _, r := range records {
		if r.Options.Layout().Equal(of[0].Options.Layout()) {
			same = append(same, r)
		} else {
			others = append(others, r)
		}
	}
	return same, others, nil
}

// withRows returns the records of jobs that have rows, and so files; all where none has.
func withRows(records []*ledger.Record) []*ledger.Record {
	if with := slices.DeleteFunc(slices.Clone(records), func(r *ledger.Record) bool { return len(r.Outputs) == 0 }); len(with) > 0 {
		return with
	}
	return records
}

// checkLayouts reports records of several layouts, with the jobs of each.
func checkLayouts(dest string, records []*ledger.Record) error {
	var layouts []table.Layout
	jobs := map[string][]string{}
	for _, r := range records {
		l := r.Options.Layout()
		if jobs[l.String()] == nil {
			layouts = append(layouts, l)
		}
		jobs[l.String()] = append(jobs[l.String()], r.Job)
	}
	if len(layouts) == 1 {
		return nil
	}
	var all []string
	for _, l := range layouts {
		all = append(all, fmt.Sprintf("%s: %s", l, list(jobs[l.String()])))
	}
	return &storage.Error{
		Op: "read", Name: dest,
		Err:  fmt.Errorf("its jobs have %d layouts, so they are not of one table; %s", len(layouts), strings.Join(all, "; ")),
		Hint: "--like JOB prints the table that JOB has; convert --mixed-layout moves a job to another layout",
	}
}

// findJob returns the records of the job that text names: by its id, by the name of
// its folder, or by how one of them begins. The id of a job can be that of several
// records, of result files that were converted without their manifest.
func findJob(dest string, records []*ledger.Record, text string) ([]*ledger.Record, error) {
	name := strings.TrimSuffix(text, "/")
	for _, prefix := range [...]string{"job-", "job_id="} { // as in the folder of the report, or of the table
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && len(matching(records, name, exactly)) == 0 {
			name = rest
		}
	}
	if found := matching(records, name, exactly); len(found) > 0 {
		return found, nil
	}
	found := matching(records, name, strings.HasPrefix)
	var names []string
	for _, r := range found {
		if id := idOf(r); strings.HasPrefix(id, name) {
			names = append(names, id)
		} else {
			names = append(names, r.Job)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch len(names) {
	case 0:
		for _, r := range records {
			names = append(names, r.Job)
		}
		return nil, &storage.Error{Op: "read", Name: dest, Err: fmt.Errorf("no commit record of job %s", storage.Shown(text)), Hint: "there are " + list(names)}
	case 1:
		return found, nil
	default:
		return nil, &storage.Error{Op: "read", Name: dest, Err: fmt.Errorf("several jobs begin with %s", storage.Shown(text)), Hint: "give more of one of " + list(names)}
	}
}

// matching returns the records whose job's name or id matches.
func matching(records []*ledger.Record, name string, match func(s, name string) bool) []*ledger.Record {
	var found []*ledger.Record
	for _, r := range records {
		if match(r.Job, name) || match(idOf(r), name) {
			found = append(found, r)
		}
	}
	return found
}

func exactly(s, name string) bool { return s == name }

// idOf is the id of a record's job or, where it has none, the job's name.
func idOf(r *ledger.Record) string {
	if r.JobID != nil {
		return *r.JobID
	}
	return r.Job
}

// list lists jobs for a message.
func list(jobs []string) string {
	const most = 20
	shown := make([]string, 0, most)
	for _, j := range jobs[:min(len(jobs), most)] {
		shown = append(shown, storage.Shown(j))
	}
	text := strings.Join(shown, ", ")
	if more := len(jobs) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
