// Package partition routes rows to the partitions of a table, where they wait until there are
// enough of them for a row group.
package partition

import (
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/table"
	"batchreport/schema"
)

// Router tells which partition each row of a batch belongs to. Partitions stay
// known from batch to batch.
type Router struct {
	options  *table.Spec
	columns  []schema.Column
	byFolder map[string]*table.Partition
}

// NewRouter returns a router for a table of these options.
func NewRouter(o *table.Spec) *Router {
	return &Router{options: o, columns: o.PartitionBy, byFolder: map[string]*table.Partition{}}
}

// ErrMany returns the error that says that there are more partitions than these options allow.
func ErrMany(o *table.Spec) error {
	return fmt.Errorf("partition by %s: more than %d partitions: raise --max-partitions or choose columns with fewer values", table.ColumnNames(o.PartitionBy), o.MaxPartitions)
}

// ErrNull returns the error that says that null and an equal text would share a folder.
func ErrNull(o *table.Spec, folder string) error {
	return fmt.Errorf("partition by %s: null and the value %q would lie in the same folder %s: choose another --null-partition",
		table.ColumnNames(o.PartitionBy), o.NullPartition, folder)
}

// Group is the rows of a batch that belong to one partition, in order; nil are
// all of them.
type Group struct {
	*table.Partition
	Rows []int32
}

// partitionKey has a number for the value of each partition column in a row:
// equal rows of one batch have equal keys.
type partitionKey [8]int32

// Route groups the rows of a batch by partition, in the order of first appearance.
func (r *Router) Route(rec arrow.Record) ([]Group, error) {
	if len(r.columns) == 0 && rec.NumRows() > 0 {
		p, err := r.partition(nil, 0)
		return []Group{{Partition: p}}, err
	}
	var values []partitionColumn
	for _, c := range r.columns {
		values = append(values, newPartitionColumn(rec, c))
	}
	var groups []Group
	known := map[partitionKey]int{}
	var last partitionKey
	at := -1
	for row := range int(rec.NumRows()) {
		var key partitionKey
		for i := range values {
			key[i] = values[i].code(row)
		}
		if key != last || at < 0 {
			var ok bool
			if at, ok = known[key]; !ok {
				p, err := r.partition(values, row)
				if err != nil {
					return nil, err
				}
				at = len(groups)
				known[key] = at
				groups = append(groups, Group{Partition: p})
			}
			last = key
		}
		groups[at].Rows = append(groups[at].Rows, int32(row))
	}
	if len(groups) == 1 {
		groups[0].Rows = nil
	}
	return groups, nil
}

// partition returns the partition of a row.
func (r *Router) partition(columns []partitionColumn, row int) (*table.Partition, error) {
	var folder strings.Builder
	values := make([]table.PartitionValue, len(columns))
	for i, c := range columns {
		values[i].Column = r.columns[i].String()
		if v, ok := c.value(row); ok {
			values[i].Value = &v
		}
		name := values[i].Folder(r.options.NullPartition)
		if len(name) > table.MaxFolderName {
			return nil, fmt.Errorf("partition by %s: a value of %d bytes makes a folder name of %d, more than %d: %.40q…",
				values[i].Column, len(*values[i].Value), len(name), table.MaxFolderName, *values[i].Value)
		}
		folder.WriteString(name + "/")
	}
	p := r.byFolder[folder.String()]
	switch {
	case p != nil && !table.SameNulls(p.Values, values):
		return nil, ErrNull(r.options, folder.String())
	case p == nil && len(r.byFolder) == r.options.MaxPartitions:
		return nil, ErrMany(r.options)
	case p == nil:
		p = &table.Partition{Folder: folder.String(), Values: values}
		r.byFolder[p.Folder] = p
	}
	return p, nil
}

// partitionColumn is a column of a batch that partitions it.
type partitionColumn struct {
	column  arrow.Array
	codes   *array.Int32  // of a column of numbers, or the indices of a dictionary
	strings *array.String // the dictionary, or a column of strings
}

func newPartitionColumn(rec arrow.Record, c schema.Column) partitionColumn {
	p := partitionColumn{column: rec.Column(rec.Schema().FieldIndices(c.String())[0])}
	switch a := p.column.(type) {
	case *array.Int32:
		p.codes = a
	case *array.Dictionary:
		p.codes = a.Indices().(*array.Int32)
		p.strings = a.Dictionary().(*array.String)
	case *array.String: // job_id, the same in all rows of a job
		p.strings = a
	}
	return p
}

// code returns a number that differs between different values of the batch.
func (p *partitionColumn) code(row int) int32 {
	switch {
	case p.column.IsNull(row):
		return -1 << 31
	case p.codes == nil:
		return 0
	default:
		return p.codes.Value(row)
	}
}

// value returns the row's value as it stands in a path, before it is escaped;
// not ok where it is null.
func (p *partitionColumn) value(row int) (v string, ok bool) {
	switch {
	case p.column.IsNull(row):
		return "", false
	case p.strings == nil:
		return p.codes.ValueStr(row), true
	case p.codes == nil:
		return strings.Clone(p.strings.Value(row)), true
	default:
		return strings.Clone(p.strings.Value(int(p.codes.Value(row)))), true
	}
}
