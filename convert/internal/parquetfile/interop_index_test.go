package parquetfile

import (
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch/batchtest"
)

// checkPages recomputes what the file says about its chunks and pages: rows,
// nulls, bounds and their order.
func checkPages(t *testing.T, s *arrow.Schema, data []byte, groups [][][]batchtest.Row) {
	t.Helper()
	file := openParquet(t, data)
	groups = slices.DeleteFunc(slices.Clone(groups), func(g [][]batchtest.Row) bool { return len(slices.Concat(g...)) == 0 })
	if len(file.RowGroups()) != len(groups) {
		t.Fatalf("%d row groups, want %d", len(file.RowGroups()), len(groups))
	}
	for g, tables := range groups {
		rows := slices.Concat(tables...)
		for c, field := range s.Fields() {
			chunk := file.Metadata().RowGroups[g].Columns[c]
			index := file.ColumnIndexes()[g*len(s.Fields())+c]
			pages := file.OffsetIndexes()[g*len(s.Fields())+c].PageLocations
			all := cellsOf(rows, c)
			stat := chunk.MetaData.Statistics
			checkBounds(t, field, all, stat.NullCount, stat.MinValue, stat.MaxValue, true)
			for p, location := range pages {
				end := len(rows)
				if p+1 < len(pages) {
					end = int(pages[p+1].FirstRowIndex)
				}
				cells := all[location.FirstRowIndex:end]
				if nulls := countNulls(cells) == len(cells); nulls != index.NullPages[p] {
					t.Errorf("column %s page %d: null page is %v, want %v", field.Name, p, index.NullPages[p], nulls)
				}
				checkBounds(t, field, cells, index.NullCounts[p], index.MinValues[p], index.MaxValues[p], false)
			}
			checkOrder(t, field, index)
		}
	}
}

func cellsOf(rows []batchtest.Row, c int) []any {
	cells := make([]any, len(rows))
	for i, r := range rows {
		cells[i] = r[c]
	}
	return cells
}

func countNulls(cells []any) (n int) {
	for _, v := range cells {
		if v == nil {
			n++
		}
	}
	return n
}

// checkBounds checks that low and high bound the cells and, if exact, that they
// are cells; exact bounds may be missing where strings are long.
func checkBounds(t *testing.T, field arrow.Field, cells []any, nulls int64, low, high []byte, exact bool) {
	t.Helper()
	if want := countNulls(cells); nulls != int64(want) {
		t.Errorf("column %s: %d nulls, want %d", field.Name, nulls, want)
	}
	values := slices.DeleteFunc(slices.Clone(cells), func(v any) bool { return v == nil })
	if len(values) == 0 {
		if len(low)+len(high) > 0 {
			t.Errorf("column %s: bounds %q, %q though all is null", field.Name, low, high)
		}
		return
	}
	if slices.ContainsFunc(values, batchtest.IsNaN) {
		if exact && len(low)+len(high) > 0 || !exact && (decodeBound(field.Type, low) != math.Inf(-1) || decodeBound(field.Type, high) != math.Inf(1)) {
			t.Errorf("column %s: bounds %x, %x though there is a NaN", field.Name, low, high)
		}
		return
	}
	least, most := slices.MinFunc(values, batchtest.CompareCells), slices.MaxFunc(values, batchtest.CompareCells)
	if exact && low == nil && high == nil {
		if l, ok := least.(string); !ok || max(len(l), len(most.(string))) <= chunkBoundSize {
			t.Errorf("column %s: no bounds", field.Name)
		}
		return
	}
	from, to := decodeBound(field.Type, low), decodeBound(field.Type, high)
	if batchtest.CompareCells(from, least) > 0 || batchtest.CompareCells(to, most) < 0 {
		t.Errorf("column %s: bounds %q to %q, values %.100q to %.100q", field.Name, from, to, least, most)
	}
	if exact && (batchtest.CompareCells(from, least) != 0 || batchtest.CompareCells(to, most) != 0) {
		t.Errorf("column %s: bounds %q to %q, want %.100q to %.100q", field.Name, from, to, least, most)
	}
}

func checkOrder(t *testing.T, field arrow.Field, index pq.ColumnIndex) {
	t.Helper()
	ascending, descending := true, true
	last := -1
	for p, null := range index.NullPages {
		if null {
			continue
		}
		if last >= 0 {
			for _, bounds := range [][][]byte{index.MinValues, index.MaxValues} {
				order := batchtest.CompareCells(decodeBound(field.Type, bounds[last]), decodeBound(field.Type, bounds[p]))
				ascending = ascending && order <= 0
				descending = descending && order >= 0
			}
		}
		last = p
	}
	if index.BoundaryOrder == pq.Ascending && !ascending || index.BoundaryOrder == pq.Descending && !descending ||
		index.BoundaryOrder == pq.Unordered && (ascending || descending) && last >= 0 {
		t.Errorf("column %s: bounds are %s, ascending %v, descending %v", field.Name, index.BoundaryOrder, ascending, descending)
	}
}

func decodeBound(t arrow.DataType, b []byte) any {
	number := func() (n uint64) {
		for i, x := range b {
			n |= uint64(x) << (8 * i)
		}
		return n
	}
	switch t.ID() {
	case arrow.INT32:
		return int32(number())
	case arrow.INT64:
		return int64(number())
	case arrow.FLOAT64:
		return math.Float64frombits(number())
	case arrow.TIMESTAMP:
		return arrow.Timestamp(number())
	default:
		return string(b)
	}
}
