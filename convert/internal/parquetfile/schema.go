package parquetfile

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/parquet-go/parquet-go"
)

// newSchema returns the Parquet schema of the columns, in the same order.
func newSchema(columns *arrow.Schema) (*parquet.Schema, error) {
	group := orderedGroup{Group: parquet.Group{}}
	for _, field := range columns.Fields() {
		node, err := newNode(field.Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", field.Name, err)
		}
		group.Group[field.Name] = parquet.Optional(node)
	}
	group.fields = group.Group.Fields()
	slices.SortFunc(group.fields, func(a, b parquet.Field) int {
		return columns.FieldIndices(a.Name())[0] - columns.FieldIndices(b.Name())[0]
	})
	return parquet.NewSchema("schema", group), nil
}

// newNode returns the column of an Arrow type with the logical type
// (LogicalTypes.md of the Parquet format) and the encoding it is stored in.
func newNode(t arrow.DataType) (parquet.Node, error) {
	switch t := t.(type) {
	case *arrow.StringType:
		return parquet.Encoded(parquet.String(), &parquet.Plain), nil
	case *arrow.Int32Type:
		return parquet.Encoded(parquet.Leaf(parquet.Int32Type), &parquet.Plain), nil
	case *arrow.Int64Type:
		return parquet.Encoded(parquet.Leaf(parquet.Int64Type), &parquet.Plain), nil
	case *arrow.Float64Type:
		return parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.Plain), nil
	case *arrow.TimestampType:
		if t.Unit == arrow.Microsecond && t.TimeZone == "UTC" {
			return parquet.Encoded(parquet.Timestamp(parquet.Microsecond), &parquet.Plain), nil
		}
	case *arrow.DictionaryType:
		if t.IndexType.ID() == arrow.INT32 && t.ValueType.ID() == arrow.STRING {
			return parquet.Encoded(parquet.String(), &parquet.RLEDictionary), nil
		}
	}
	return nil, fmt.Errorf("no output for type %s", t)
}

// orderedGroup is a group that keeps its columns' order; parquet.Group sorts
// them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

// Fields implements parquet.Node.
func (g orderedGroup) Fields() []parquet.Field { return g.fields }
