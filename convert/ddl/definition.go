package ddl

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// definition is what commit records say of a table.
type definition struct {
	Options
	dest       string // ends in a slash
	format     table.Format
	columns    []ledger.RecordColumn // of the files: those of all jobs, by name
	extracts   map[string]string     // what the values of extracted columns are, by their names
	partitions []schema.Column       // of the path
	folders    []folder              // of all jobs or of the one asked for, in order
	loads      []load                // of the same jobs, by folder
	// lacks are the columns that some jobs have and others have not; none where all
	// have the same.
	lacks []lack
	units units // of their times
	// empty says that no job has a row, and so there is no file.
	empty bool
	// rebuild says that result_message is null where it can be rebuilt.
	rebuild bool
	// dropped is a job that has not the messages from which the whole one can be
	// had; empty if there is none.
	dropped string
	// textual says that null has a name in the path that is no number, so that
	// columns of numbers are read as text there.
	textual bool
	kind    table.Kind
	// nameless says that a job has no id, otherStatuses that a row has another status than
	// those two that AWS documents.
	nameless, otherStatuses bool
	// strangers are the names of the files below dest that are not of this table, but
	// of jobs of another layout.
	strangers []string
}

// folder is a folder of parts.
type folder struct {
	name   string // below dest, with a slash at its end
	values []table.PartitionValue
	null   string // what stands for null in name
}

// text returns the i-th value as it stands in the folder's name, unescaped.
func (f folder) text(i int) string {
	if v := f.values[i].Value; v != nil {
		return *v
	}
	return f.null
}

// newDefinition collects a table from the records of its jobs.
func newDefinition(dest string, all []*ledger.Record, o Options) (*definition, error) {
	if len(all) == 0 {
		return nil, &storage.Error{Op: "read", Name: dest, Err: errors.New("no commit record"), Hint: "name a DEST that convert wrote to"}
	}
	if !utf8.ValidString(dest) {
		return nil, fmt.Errorf("read %s: the name is not UTF-8, so no statement can have it", storage.Shown(dest))
	}
	records, strangers, err := ofOneLayout(dest, all, o.Like)
	if err != nil {
		return nil, err
	}
	added := records
	if o.Job != "" {
		if added, err = findJob(dest, all, o.Job); err != nil {
			return nil, err
		}
		if err := checkLayouts(dest, append(slices.Clone(added), records[0])); err != nil {
			return nil, err
		}
	}
	layout := records[0].Options.Layout()
	t := &definition{Options: o, dest: strings.TrimSuffix(cmp.Or(o.Location, dest), "/") + "/", format: layout.Format, extracts: map[string]string{}, partitions: layout.PartitionBy}
	for _, r := range strangers {
		for _, p := range r.Outputs {
			t.strangers = append(t.strangers, p.Name)
		}
	}
	t.addFacts(records)
	if err := t.addColumns(dest, records); err != nil {
		return nil, err
	}
	for _, r := range records {
		folders, err := t.foldersOf(r)
		if err != nil {
			return nil, err
		}
		if slices.Contains(added, r) {
			t.folders = append(t.folders, folders...)
		}
	}
	// Jobs share a folder where the table is not partitioned by job.
	slices.SortFunc(t.folders, func(a, b folder) int { return strings.Compare(a.name, b.name) })
	t.folders = slices.CompactFunc(t.folders, func(a, b folder) bool { return a.name == b.name })
	t.addLoads(slices.DeleteFunc(slices.Clone(records), func(r *ledger.Record) bool { return !slices.Contains(added, r) }))
	return t, nil
}

// foldersOf returns the folders of a record's parts, and notes whether what stands
// for null there is text.
func (t *definition) foldersOf(r *ledger.Record) ([]folder, error) {
	var folders []folder
	for _, part := range r.Outputs {
		if len(part.Partition) != len(t.partitions) {
			return nil, fmt.Errorf("read commit record of %s: %s has %d partition values, not %d", r.Job, part.Name, len(part.Partition), len(t.partitions))
		}
		f := t.folderOf(r, part)
		t.textual = t.textual || f.null != table.HiveNull && slices.ContainsFunc(f.values, func(v table.PartitionValue) bool { return v.Value == nil })
		if len(t.partitions) > 0 {
			folders = append(folders, f)
		}
	}
	return folders, nil
}

// folderOf returns the folder of a part; that of a table without partitions has no name.
func (t *definition) folderOf(r *ledger.Record, part ledger.Part) folder {
	if len(t.partitions) == 0 {
		return folder{}
	}
	return folder{path.Dir(part.Name) + "/", part.Partition, cmp.Or(r.Options.NullPartition, table.HiveNull)}
}

// nothingToAdd is what Options.Job gives where a job has no partition to add.
func (t *definition) nothingToAdd() string {
	if len(t.partitions) == 0 {
		return "-- The table has no partitions: readers find the files of a new job by themselves.\n"
	}
	return "-- The job has no rows, and so no partition to add.\n"
}

// recordColumns returns columns of the table as commit records have them.
func recordColumns(columns []schema.Column) []ledger.RecordColumn {
	rcs := make([]ledger.RecordColumn, len(columns))
	for i, c := range columns {
		rcs[i] = ledger.RecordColumn{Name: c.String(), Type: c.Type().String()}
	}
	return rcs
}

// pathColumns returns the columns of the path.
func (t *definition) pathColumns() []ledger.RecordColumn {
	columns := recordColumns(t.partitions)
	for i := range columns {
		if t.textual {
			columns[i].Type = schema.Key.Type().String()
		}
	}
	return columns
}
