// Package batchtest makes record batches for tests, random ones and such as reports
// have, and encodes and compares rows. Tests of batch, of the formats, of extsort, of
// convert and of verify use it. It is not part of the program.
package batchtest

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// EveryType returns a schema with a column of each type of the table, not in the
// order of their names.
func EveryType() *arrow.Schema {
	return schema.Arrow([]schema.Column{schema.Key, schema.ErrorCode, schema.HTTPStatusCode, schema.ReportRow, schema.TimeoutSeconds, schema.OccurredAt})
}

// EveryColumn returns all columns that a record batch can have.
func EveryColumn() []schema.Column { return append(schema.AllColumns(), schema.ReportDate) }

// Row is a row of a table. Each cell is nil, a string, int32, int64, float64 or
// arrow.Timestamp.
type Row []any

// NewBatch makes a record batch of the rows, with one row before and one behind
// them that are cut off again, so that arrays begin anywhere.
func NewBatch(t testing.TB, mem memory.Allocator, s *arrow.Schema, rows []Row) arrow.Record {
	t.Helper()
	b := array.NewRecordBuilder(mem, s)
	defer b.Release()
	edge := slices.Repeat(Row{nil}, len(s.Fields()))
	for _, r := range slices.Concat([]Row{edge}, rows, []Row{edge}) {
		for i, v := range r {
			appendCell(t, b.Field(i), v)
		}
	}
	whole := b.NewRecord()
	defer whole.Release()
	return whole.NewSlice(1, int64(1+len(rows)))
}

func appendCell(t testing.TB, b array.Builder, v any) {
	t.Helper()
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.BinaryDictionaryBuilder:
		if err := b.AppendString(v.(string)); err != nil {
			t.Fatal(err)
		}
	case *array.Int32Builder:
		b.Append(v.(int32))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.TimestampBuilder:
		b.Append(v.(arrow.Timestamp))
	default:
		t.Fatalf("no cell for %T", b)
	}
}

// CompareRows fails the test at the first row that differs.
func CompareRows(t testing.TB, got, want []Row) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("row %d: %.1000q, want %.1000q", i, got[i], want[i])
		}
	}
}

// IsNaN reports whether a cell is a float64 that is no number.
func IsNaN(v any) bool {
	f, ok := v.(float64)
	return ok && math.IsNaN(f)
}

// CompareCells compares two cells of one type, neither of which is nil.
func CompareCells(a, b any) int {
	switch a := a.(type) {
	case int32:
		return cmp.Compare(a, b.(int32))
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case arrow.Timestamp:
		return cmp.Compare(a, b.(arrow.Timestamp))
	default:
		return cmp.Compare(a.(string), b.(string))
	}
}

// Flatten returns the rows of all tables of all groups in order.
func Flatten(groups [][][]Row) []Row {
	var rows []Row
	for _, g := range groups {
		rows = append(rows, slices.Concat(g...)...)
	}
	return rows
}

// CheckedMemory returns mem as an allocator that must have got everything back when the
// test ends.
func CheckedMemory(t testing.TB, mem memory.Allocator) memory.Allocator {
	checked := memory.NewCheckedAllocator(mem)
	t.Cleanup(func() { checked.AssertSize(t, 0) })
	return checked
}
