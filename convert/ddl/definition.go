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
	columns    []ledger.RecordColumn // of the files
	partitions []schema.Column       // of the path
	folders    []folder              // of all jobs or of the one asked for, in order
	// rebuild says that result_message is null where it can be rebuilt.
	rebuild bool
	// textual says that null has a name in the path that is no number, so that
	// columns of numbers are read as text there.
	textual bool
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

// newDefinition collects a table from its records, which must agree on it.
func newDefinition(dest string, records []*ledger.Record, o Options) (*definition, error) {
	if len(records) == 0 {
		return nil, &storage.Error{Op: "read", Name: dest, Err: errors.New("no commit record"), Hint: "name a DEST that convert wrote to"}
	}
	if !utf8.ValidString(dest) {
		return nil, fmt.Errorf("read %s: the name is not UTF-8, so no statement can have it", storage.Shown(dest))
	}
	t, err := definitionOf(records[0])
	if err != nil {
		return nil, err
	}
	t.folders = nil // added again below, if they are asked for
	t.textual = false
	found := o.Job == ""
	for _, r := range records {
		other, err := definitionOf(r)
		if err != nil {
			return nil, err
		}
		if what := t.differs(other); what != "" {
			return nil, fmt.Errorf("compare commit records: %s and %s differ in %s, so they are not of one table", records[0].Job, r.Job, what)
		}
		t.textual = t.textual || other.textual
		if o.Job == "" || r.Job == o.Job || r.JobID != nil && *r.JobID == o.Job {
			found = true
			t.folders = append(t.folders, other.folders...)
		}
	}
	if !found {
		return nil, fmt.Errorf("read %s: no commit record of job %s", dest, o.Job)
	}
	// Jobs share a folder where the table is not partitioned by job.
	slices.SortFunc(t.folders, func(a, b folder) int { return strings.Compare(a.name, b.name) })
	t.folders = slices.CompactFunc(t.folders, func(a, b folder) bool { return a.name == b.name })
	t.Options = o
	t.dest = strings.TrimSuffix(dest, "/") + "/"
	return t, nil
}

// definitionOf returns the table that one record speaks of.
func definitionOf(r *ledger.Record) (*definition, error) {
	if r.SchemaVersion != schema.Version {
		return nil, fmt.Errorf("read commit record of %s: schema version %d, this program knows %d", r.Job, r.SchemaVersion, schema.Version)
	}
	t := &definition{format: r.Options.Format, partitions: r.Options.PartitionBy}
	has := map[string]bool{}
	for _, c := range t.partitions {
		has[c.String()] = true
	}
	for _, c := range r.Columns {
		if !isGraphic(c.Name) {
			return nil, fmt.Errorf("read commit record of %s: %q is no name of a column", r.Job, c.Name)
		}
		// No reader takes a column twice, from the path and from the file.
		if !has[c.Name] {
			t.columns = append(t.columns, c)
		}
		has[c.Name] = true
	}
	t.rebuild = r.Options.RawMessage == table.RawAuto &&
		has[schema.ResultKind.String()] && has[schema.ResultJSON.String()] && has[schema.ResultMessage.String()]
	if len(t.partitions) == 0 {
		return t, nil
	}
	for _, part := range r.Outputs {
		if len(part.Partition) != len(t.partitions) {
			return nil, fmt.Errorf("read commit record of %s: %s has %d partition values, not %d", r.Job, part.Name, len(part.Partition), len(t.partitions))
		}
		f := folder{path.Dir(part.Name) + "/", part.Partition, cmp.Or(r.Options.NullPartition, table.HiveNull)}
		t.folders = append(t.folders, f)
		t.textual = t.textual || f.null != table.HiveNull && slices.ContainsFunc(f.values, func(v table.PartitionValue) bool { return v.Value == nil })
	}
	return t, nil
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

// differs says in what two tables differ, if they do.
func (t *definition) differs(other *definition) string {
	switch {
	case t.format != other.format:
		return "format"
	case !slices.Equal(t.partitions, other.partitions):
		return "partition columns"
	case !slices.Equal(t.columns, other.columns):
		return "columns"
	case t.rebuild != other.rebuild:
		return "raw message"
	default:
		return ""
	}
}
