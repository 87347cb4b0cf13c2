package batch

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// extractedColumn is a column that a user extracts from payloads.
type extractedColumn struct {
	schema.Extract
	column column
	// set parses and sets the value of a row; ok is false where the value does not
	// fit the column's type.
	set func(row int, value []byte) (ok bool)
}

func newExtractedColumn(mem memory.Allocator, e schema.Extract) extractedColumn {
	switch e.Type.ID() {
	case arrow.STRING:
		c := newTextColumn(mem)
		return extractedColumn{e, c, setter(c.set, e.Text)}
	case arrow.FLOAT64:
		c := newFixedColumn[float64](mem, e.Type)
		return extractedColumn{e, c, setter(c.set, e.Float64)}
	case arrow.INT64:
		c := newFixedColumn[int64](mem, e.Type)
		return extractedColumn{e, c, setter(c.set, e.Int64)}
	default: // timestamp
		c := newFixedColumn[int64](mem, e.Type)
		return extractedColumn{e, c, setter(c.set, e.Micros)}
	}
}

// setter returns a function that sets what parse makes of a value.
func setter[T any](set func(row int, v T), parse func(value []byte) (T, bool)) func(int, []byte) bool {
	return func(row int, value []byte) bool {
		v, ok := parse(value)
		if ok {
			set(row, v)
		}
		return ok
	}
}
