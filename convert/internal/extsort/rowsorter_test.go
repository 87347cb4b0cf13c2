package extsort

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/table"
)

// TestSortedRows has the cases that random tables meet too rarely.
func TestSortedRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("p", 5000)
	tests := []struct {
		name   string
		column string
		values []any
	}{
		{"none", "key", nil},
		{"one", "key", []any{"a"}},
		{"a null", "key", []any{nil}},
		{"nulls last", "key", []any{nil, "\xff\xff\xff\xff\xff\xff\xff\xff\xff", nil, "", "\xff\xff\xff\xff\xff\xff\xff\xff"}},
		{"zeros at the end of a word", "key", []any{"a\x00\x00", "a\x00", "a", "a\x00b", "\x00", "", "1234567", "1234567\x00", "1234567\x00\x00", "12345678"}},
		{"prefixes", "key", []any{"aaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "aaaaaaaa", "aaaaaaa", "aaaaaaaaa", "aaaaaaaaaaaaaaaab"}},
		{"a long common prefix", "key", []any{long + "b", long, long + "a", long + "aa", long, nil}},
		{"bytes, not letters", "key", []any{"é", "z", "Z", "\U0010FFFF", "\uFFFF"}},
		{"a dictionary", "error_code", []any{"b", "a", nil, "", "b", "aaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaa"}},
		{"int32", "http_status_code", []any{int32(1), int32(-1), nil, int32(math.MinInt32), int32(math.MaxInt32), int32(0)}},
		{"int64", "report_row", []any{int64(1), int64(-1), nil, int64(math.MinInt64), int64(math.MaxInt64), int64(0)}},
		{"float64", "timeout_seconds", []any{1.5, math.Inf(1), nil, -1.5, 0.0, math.Copysign(0, -1), math.Inf(-1), -2.0, 1e300, math.SmallestNonzeroFloat64}},
		{"timestamp", "occurred_at", []any{arrow.Timestamp(1), nil, arrow.Timestamp(-1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			s := batchtest.EveryType()
			random := rand.New(rand.NewPCG(1, 2))
			for range 20 {
				var rows []batchtest.Row
				for i := range 3 * len(tt.values) {
					r := make(batchtest.Row, s.NumFields())
					r[s.FieldIndices("report_row")[0]] = int64(i)
					r[s.FieldIndices(tt.column)[0]] = tt.values[random.IntN(len(tt.values))]
					rows = append(rows, r)
				}
				tables := []partitionRows{{&table.Partition{}, rows[:len(rows)/2]}, {&table.Partition{}, nil}}
				tables[1].to, tables[1].rows = tables[0].to, rows[len(rows)/2:]
				sorter := newTestSorter(t, mem, s, tiny, 2, tt.column)
				groups, err := sorted(t.Context(), t, sorter, tables, all)
				if err != nil {
					t.Fatal(err)
				}
				var got []batchtest.Row
				for _, g := range groups {
					got = append(got, g.rows...)
				}
				batchtest.CompareRows(t, got, oracle(rows, sorter.by))
			}
		})
	}
}

// TestSortNaN: it has no place in the order of floats, so it gets the last.
func TestSortNaN(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	values := []float64{nan, 1, math.Inf(1), math.Copysign(nan, -1), -1}
	slices.SortStableFunc(values, func(a, b float64) int { return cmp.Compare(orderedFloat(a), orderedFloat(b)) })
	if got := fmt.Sprint(values); got != "[-1 1 +Inf NaN NaN]" {
		t.Error(got)
	}
}
