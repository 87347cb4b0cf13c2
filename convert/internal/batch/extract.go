package batch

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// extraColumn is a column of the batch that a user has asked for.
type extraColumn struct {
	schema.Extract
	column column
	// set sets the value of a row; it is not ok where that does not fit the type.
	set func(row int, value []byte) (ok bool)
}

func newExtraColumn(mem memory.Allocator, e schema.Extract) extraColumn {
	switch e.Type.ID() {
	case arrow.STRING:
		c := newTextColumn(mem)
		return extraColumn{e, c, setter(c.set, e.Text)}
	case arrow.FLOAT64:
		c := newFixedColumn[float64](mem, e.Type)
		return extraColumn{e, c, setter(c.set, e.Float64)}
	case arrow.INT64:
		c := newFixedColumn[int64](mem, e.Type)
		return extraColumn{e, c, setter(c.set, e.Int64)}
	default: // timestamp
		c := newFixedColumn[int64](mem, e.Type)
		return extraColumn{e, c, setter(c.set, e.Millis)}
	}
}

// setter sets what parse makes of a value.
func setter[T any](set func(row int, v T), parse func(value []byte) (T, bool)) func(int, []byte) bool {
	return func(row int, value []byte) bool {
		v, ok := parse(value)
		if ok {
			set(row, v)
		}
		return ok
	}
}
