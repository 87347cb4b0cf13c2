package table

import (
	"cmp"
	"slices"

	"batchreport/schema"
)

// Layout is what the jobs of one table have in common: the format of their files,
// and the columns of the path, in order. One that has more columns than another is
// of the same layout, for readers find columns by their names.
type Layout struct {
	Format      Format
	PartitionBy []schema.Column
}

// Layout returns the layout of the table. The spec must have its defaults.
func (s Spec) Layout() Layout { return Layout{s.Format, s.PartitionBy} }

// Equal reports whether two layouts are the same.
func (l Layout) Equal(o Layout) bool {
	return l.Format == o.Format && slices.Equal(l.PartitionBy, o.PartitionBy)
}

// String returns the flags of the command that ask for the layout.
func (l Layout) String() string {
	return "--format " + string(l.Format) + " --partition-by " + cmp.Or(ColumnNames(l.PartitionBy), "none")
}
