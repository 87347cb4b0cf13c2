package ddl

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// load is what one statement can load that names its files: parts of one folder, of jobs
// that have the same columns in their files. What the path says is the same for all rows
// of a load, so the statement has it as constants, and no reader needs to know how a path
// is escaped.
type load struct {
	folder
	columns []column // of the files, in their order
	parts   []ledger.Part
}

// addLoads notes the parts of jobs, by folder.
func (t *definition) addLoads(records []*ledger.Record) {
	at := map[string]int{} // in t.loads
	for _, r := range records {
		columns := fmt.Sprintf("%q", r.Columns)
		for _, part := range r.Outputs {
			f := t.folderOf(r, part)
			key := f.name + columns
			for _, v := range f.values {
				key += fmt.Sprint(v.Value == nil) // a value can look like what another job has for null
			}
			i, ok := at[key]
			if !ok {
				i = len(t.loads)
				at[key] = i
				t.loads = append(t.loads, load{folder: f, columns: r.Columns})
			}
			t.loads[i].parts = append(t.loads[i].parts, part)
		}
	}
	slices.SortStableFunc(t.loads, func(a, b load) int { return strings.Compare(a.name, b.name) })
}

// has reports whether the files of the load have a column of that name.
func (l load) has(name string) bool {
	return slices.ContainsFunc(l.columns, func(c column) bool { return c.Name == name })
}

// base returns the name of a part in its folder.
func base(p ledger.Part) string { return path.Base(p.Name) }

// batches cuts parts into runs that one statement can name.
func batches(parts []ledger.Part) [][]ledger.Part {
	const (
		most      = 1000    // in FILES of Snowflake, and in braces of ClickHouse
		mostBytes = 500_000 // a statement of Snowflake or BigQuery may have 1 MB
	)
	var all [][]ledger.Part
	start, length := 0, 0
	for i, p := range parts {
		if i-start == most || i > start && length+len(p.Name) > mostBytes {
			all = append(all, parts[start:i])
			start, length = i, 0
		}
		length += len(p.Name)
	}
	return append(all, parts[start:])
}

// values returns an expression for each column of the table: by file for one of the
// files, and by constant for one of the path, which is given nil for null. A column that
// the files have not is null.
func (t *definition) values(l load, file func(c column) string, constant func(c column, value *string) string) []string {
	var all []string
	for _, c := range t.columns {
		if l.has(c.Name) {
			all = append(all, file(c))
		} else {
			all = append(all, constant(c, nil))
		}
	}
	for i, c := range recordColumns(t.partitions) {
		all = append(all, constant(c, l.folder.values[i].Value))
	}
	return all
}

// loaded are the columns of a table that is loaded, those of the path last.
func (t *definition) loaded() []column {
	return slices.Concat(t.columns, recordColumns(t.partitions))
}

// inFiles reports whether all columns of the path are in all files too.
func (t *definition) inFiles() bool {
	return !slices.ContainsFunc(t.loads, func(l load) bool {
		return slices.ContainsFunc(recordColumns(t.partitions), func(c column) bool { return !l.has(c.Name) })
	})
}

// again says what becomes of a job that is loaded twice.
const again = "-- Rows of a job that was loaded before and converted again are to be deleted first.\n"

// loadComment is what stands before the statements that load; where there is nothing to
// load it says that.
func (t *definition) loadComment() string {
	if len(t.loads) == 0 {
		return "-- No row is there to load.\n"
	}
	return t.units.comment() + t.lacking() + again
}

// join joins what one statement lists, a line for each.
func join(list []string) string { return strings.Join(list, ",\n  ") }

// names returns the quoted names of columns.
func names(columns []column, quote func(string) string) []string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = quote(c.Name)
	}
	return all
}

// onS3 reports a table that is not on S3 to a reader that has no other place to read
// from.
func (t *definition) onS3() error {
	if storage.IsS3(t.dest) {
		return nil
	}
	return &storage.Error{
		Op: "describe", Name: t.dest, Err: fmt.Errorf("%s reads files of S3, and these are on a disk", t.Dialect),
		Hint: "copy the folder to S3 with its _batchreport, and name that address",
	}
}
