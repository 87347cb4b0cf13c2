// Package topic has what help explains beside the commands: the columns of the table, the objects
// that --json prints, and the exit codes.
package topic

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/schema"
)

// Columns lists the columns of the table.
func Columns() string {
	var b strings.Builder
	b.WriteString("The columns of the table, in order, with their types and where their values are\nfrom. All can be null. --columns chooses some; --extract adds others.\n\n")
	for _, c := range append(schema.AllColumns(), schema.ReportDate) {
		fmt.Fprintf(&b, "  %-24s%-11s%s\n", c, ColumnType(c), c.About())
	}
	b.WriteString("\nA table of outcomes has bucket, key, key_encoded and version_id, then\n\n")
	for _, c := range schema.OutcomeColumns() {
		if !slices.Contains(schema.AllColumns(), c) {
			fmt.Fprintf(&b, "  %-24s%-11s%s\n", c, ColumnType(c), c.About())
		}
	}
	b.WriteString("\nand then, of the row that decides, error_code and what follows there.\n\n--partition-by takes ")
	var names []string
	for _, c := range schema.PartitionColumns() {
		names = append(names, c.String())
	}
	b.WriteString(strings.Join(names, ", ") + ".\n")
	return b.String()
}

// ColumnType returns a column's type as people know it.
func ColumnType(c schema.Column) string {
	switch t := c.Type().String(); {
	case strings.HasPrefix(t, "timestamp"):
		return "timestamp"
	case strings.HasPrefix(t, "int"), strings.HasPrefix(t, "float"):
		return t
	default:
		return "string"
	}
}
