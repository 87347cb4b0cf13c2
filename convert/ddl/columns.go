package ddl

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// addColumns gives the table the columns that its jobs have in their files, by name:
// first the report's, in the table's order, then the extracted ones, as they come. A
// job without rows has no files, so its columns count only where no job has rows.
func (t *definition) addColumns(dest string, records []*ledger.Record) error {
	written := withRows(records)
	t.empty = len(written[0].Outputs) == 0
	first := map[string]*ledger.Record{} // that has the column
	types := map[string]string{}
	for _, r := range written {
		if r.SchemaVersion > schema.Version {
			return fmt.Errorf("read commit record of %s: schema version %d, this program knows %d and older ones", r.Job, r.SchemaVersion, schema.Version)
		}
		columns := t.fileColumns(r)
		for _, c := range columns {
			switch {
			case !isGraphic(c.Name):
				return fmt.Errorf("read commit record of %s: %q is no name of a column", r.Job, c.Name)
			case first[c.Name] == nil:
				first[c.Name], types[c.Name] = r, c.Type
				t.columns = append(t.columns, c)
			case types[c.Name] != c.Type && !(isTime(types[c.Name]) && isTime(c.Type)):
				return &storage.Error{
					Op: "read", Name: dest,
					Err:  fmt.Errorf("its jobs are not of one table: column %s is %s in job %s and %s in job %s", c.Name, types[c.Name], first[c.Name].Job, c.Type, r.Job),
					Hint: "convert one of them again, with the type that the other has or under another name",
				}
			}
		}
		t.addExtracts(r)
		t.addMessages(r, columns)
		t.addUnits(r, columns)
	}
	slices.SortStableFunc(t.columns, func(a, b ledger.RecordColumn) int { return cmp.Compare(place(a), place(b)) })
	for _, r := range written {
		t.addLack(r)
	}
	return nil
}

// lack is columns of the table that jobs have not, those of an older schema.Version
// for example.
type lack struct {
	columns []string
	jobs    []string
}

// addLack notes the columns that a job has not.
func (t *definition) addLack(r *ledger.Record) {
	var columns []string
	for _, c := range t.columns {
		if !slices.ContainsFunc(r.Columns, func(of ledger.RecordColumn) bool { return of.Name == c.Name }) {
			columns = append(columns, c.Name)
		}
	}
	if len(columns) == 0 {
		return
	}
	for i := range t.lacks {
		if slices.Equal(t.lacks[i].columns, columns) {
			t.lacks[i].jobs = append(t.lacks[i].jobs, r.Job)
			return
		}
	}
	t.lacks = append(t.lacks, lack{columns, []string{r.Job}})
}

// fileColumns returns the columns of a job's files that are not in the path too: no
// reader takes a column twice.
func (t *definition) fileColumns(r *ledger.Record) []ledger.RecordColumn {
	return slices.DeleteFunc(slices.Clone(r.Columns), func(c ledger.RecordColumn) bool {
		return slices.ContainsFunc(t.partitions, func(p schema.Column) bool { return p.String() == c.Name })
	})
}

// addMessages notes whether, and whence, the messages of a job can be had whole.
func (t *definition) addMessages(r *ledger.Record, columns []ledger.RecordColumn) {
	has := func(column schema.Column) bool {
		return slices.Contains(t.partitions, column) ||
			slices.ContainsFunc(columns, func(c ledger.RecordColumn) bool { return c.Name == column.String() })
	}
	switch {
	case !has(schema.ResultMessage) || r.Options.RawMessage == table.RawDrop:
		t.dropped = cmp.Or(t.dropped, r.Job)
	case r.Options.RawMessage == table.RawAuto && has(schema.ResultKind) && has(schema.ResultJSON):
		t.rebuild = true
	}
}

// place is where a column of the files stands among the others.
func place(c ledger.RecordColumn) int {
	column := schema.Column(0)
	if err := column.UnmarshalText([]byte(c.Name)); err != nil {
		return math.MaxInt // an extracted one
	}
	return int(column)
}

// unevenComment says, where jobs differ in their columns or units, what becomes of that.
func (t *definition) unevenComment() string {
	if len(t.lacks) == 0 {
		return t.units.comment()
	}
	return t.units.comment() + "-- Not all jobs have all of these columns: they are null in the rows of the others.\n" + t.lacking() +
		"-- A table that is there already keeps the columns that it has: DROP TABLE first, which leaves the files alone.\n"
}

// lacking says which jobs have not which columns, a line for all that lack the same.
func (t *definition) lacking() string {
	var b strings.Builder
	for _, l := range t.lacks {
		fmt.Fprintf(&b, "-- No %s in %s.\n", list(l.columns), list(l.jobs))
	}
	return b.String()
}

// isTime reports whether a column of that type is one of points in time, in whatever unit.
func isTime(arrowType string) bool { return strings.HasPrefix(arrowType, "timestamp[") }

// units says which jobs have times of which unit.
type units struct{ milliseconds, microseconds []string }

// addUnits notes the unit of a job's times. Lines of JSON have none.
func (t *definition) addUnits(r *ledger.Record, columns []ledger.RecordColumn) {
	i := slices.IndexFunc(columns, func(c ledger.RecordColumn) bool { return isTime(c.Type) })
	switch {
	case i < 0 || t.format == table.NDJSON:
	case strings.HasPrefix(columns[i].Type, "timestamp[ms"): // before schema.Version 3
		t.units.milliseconds = append(t.units.milliseconds, r.Job)
	default:
		t.units.microseconds = append(t.units.microseconds, r.Job)
	}
}

// comment says, where jobs differ in their unit, which has which.
func (u units) comment() string {
	if len(u.milliseconds) == 0 || len(u.microseconds) == 0 {
		return ""
	}
	return fmt.Sprintf("-- Times are stored in milliseconds in %s.\n-- Times are stored in microseconds in %s.\n", list(u.milliseconds), list(u.microseconds))
}
