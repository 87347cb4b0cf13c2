package table

import (
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
)

// FileSchema returns the schema of the files: those of the report's columns that
// are in them, and the extracted ones. The spec must have its defaults.
func (s Spec) FileSchema() *arrow.Schema { return schema.Arrow(s.fileColumns(), s.Extract...) }

// fileColumns returns the report's columns that are in the files, in the table's
// order: Columns, without those of the path unless they are written there too.
func (s Spec) fileColumns() []schema.Column {
	cols := slices.Clone(s.Columns)
	for _, c := range s.PartitionBy {
		if s.WritePartitionColumns {
			cols = append(cols, c)
		} else {
			cols = slices.DeleteFunc(cols, func(have schema.Column) bool { return have == c })
		}
	}
	slices.Sort(cols)
	return slices.Compact(cols)
}

// BatchColumns returns the report's columns that record batches have: those in the
// files and those that partition, in the table's order. The spec must have its
// defaults.
func (s Spec) BatchColumns() []schema.Column {
	cols := slices.Concat(s.Columns, s.PartitionBy)
	slices.Sort(cols)
	return slices.Compact(cols)
}

// ColumnNames lists columns for a message, with commas between them: %s would take
// a slice of them for one of bytes.
func ColumnNames(columns []schema.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.String()
	}
	return strings.Join(names, ",")
}
