package convert

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

// changed says how the files of a record differ from those that these options make, as far
// as who reads them has to know; empty where they do not.
func changed(r *ledger.Record, o *Options) string {
	if len(r.Outputs) == 0 {
		return ""
	}
	was, is := r.Options, o.Spec
	var had, have []string
	add := func(differ bool, before, after string) {
		if differ {
			had, have = append(had, before), append(have, after)
		}
	}
	add(was.Format != is.Format, "the format "+string(was.Format), string(is.Format))
	columnsBefore, columnsAfter := columnsOf(was), columnsOf(is)
	add(columnsBefore != columnsAfter, columnsBefore, columnsAfter)
	add(!slices.Equal(was.PartitionBy, is.PartitionBy), foldersOf(was), foldersOf(is))
	if had == nil && !slices.Equal(r.Columns, recordColumns(o)) {
		return "its files have other columns than before"
	}
	if had == nil {
		return ""
	}
	return "its files had " + strings.Join(had, " and ") + ", and now have " + strings.Join(have, " and ")
}

// columnsOf says which columns a table has, in the words of a sentence.
func columnsOf(s table.Spec) string {
	if len(s.Extract) == 0 && slices.Equal(sorted(s.Columns), sorted(s.Kind.Columns())) {
		return "all columns"
	}
	var names []string
	for _, c := range sorted(s.Columns) {
		names = append(names, c.String())
	}
	for _, e := range s.Extract {
		names = append(names, e.Name)
	}
	const few = 5
	switch {
	case len(names) == 1:
		return names[0] + " alone"
	case len(names) > few:
		return fmt.Sprintf("%d columns, such as %s", len(names), strings.Join(names[len(names)-few:], ", "))
	}
	return "the columns " + strings.Join(names, ", ")
}

func sorted(columns []schema.Column) []schema.Column {
	columns = slices.Clone(columns)
	slices.Sort(columns)
	return columns
}

// foldersOf says by what a table is partitioned, in the words of a sentence.
func foldersOf(s table.Spec) string {
	if len(s.PartitionBy) == 0 {
		return "no folders"
	}
	var names []string
	for _, c := range s.PartitionBy {
		names = append(names, c.String())
	}
	return "folders of " + strings.Join(names, ", ")
}
