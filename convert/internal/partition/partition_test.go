package partition

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// TestRoute routes random batches and looks up where each row is.
func TestRoute(t *testing.T) {
	t.Parallel()
	all := slices.Concat(schema.PartitionColumns(), []schema.Column{schema.Key})
	s := schema.Arrow(all)
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			random := rand.New(rand.NewPCG(seed, 0))
			by := slices.Clone(schema.PartitionColumns())
			random.Shuffle(len(by), func(i, j int) { by[i], by[j] = by[j], by[i] })
			by = by[:random.IntN(len(by)+1)]
			o := table.Spec{PartitionBy: by}.WithDefaults()
			r := NewRouter(&o)
			known := map[string]*table.Partition{}
			for range 3 {
				var rows []batchtest.Row
				for range random.IntN(100) {
					rows = append(rows, partitionRow(random, s))
				}
				rec := batchtest.NewBatch(t, mem, s, rows)
				groups, err := r.Route(rec)
				rec.Release()
				if err != nil {
					t.Fatal(err)
				}
				var order []string
				at := map[string][]int32{}
				for i, row := range rows {
					folder := ""
					for _, c := range by {
						folder += c.String() + "=" + pathValue(row[s.FieldIndices(c.String())[0]]) + "/"
					}
					if at[folder] == nil {
						order = append(order, folder)
					}
					at[folder] = append(at[folder], int32(i))
				}
				if len(order) == 1 {
					at[order[0]] = nil // all of them
				}
				if len(groups) != len(order) {
					t.Fatalf("%d groups; want %q", len(groups), order)
				}
				for i, g := range groups {
					if g.Folder != order[i] || !slices.Equal(g.Rows, at[g.Folder]) {
						t.Errorf("group %d is %q with rows %v; want %q with %v", i, g.Folder, g.Rows, order[i], at[order[i]])
					}
					if p := known[g.Folder]; p != nil && p != g.Partition {
						t.Errorf("%s is another partition in the next batch", g.Folder)
					}
					known[g.Folder] = g.Partition
				}
			}
		})
	}
}

// partitionRow makes a row whose columns have few values each; job_id and
// report_date have the same in every row, as in a job.
func partitionRow(random *rand.Rand, s *arrow.Schema) batchtest.Row {
	r := make(batchtest.Row, len(s.Fields()))
	for c, field := range s.Fields() {
		n := random.IntN(4)
		switch field.Name {
		case schema.JobID.String(), schema.ReportDate.String():
			r[c] = "constant"
		case schema.HTTPStatusCode.String():
			r[c] = []any{int32(200), int32(404), int32(-1 << 30), nil}[n]
		default:
			r[c] = []any{"", "a", "b=c/d", nil}[n]
		}
	}
	return r
}

func pathValue(v any) string {
	if v == nil {
		return table.HiveNull
	}
	return strings.NewReplacer("=", "%3D", "/", "%2F").Replace(fmt.Sprint(v))
}

func TestRouteErrors(t *testing.T) {
	t.Parallel()
	// "error_code=" and 244 bytes are 255.
	fits, long := strings.Repeat("x", 244), strings.Repeat("x", 242)+"%"
	tests := []struct {
		name  string
		codes []any // of one batch each
		err   string
	}{
		{"as many as may be", []any{"a", nil, "a", "b"}, ""},
		{"too many", []any{"a", "b", nil, "c"}, "partition by error_code: more than 3 partitions: raise --max-partitions or choose columns with fewer values"},
		{"as long as may be", []any{fits}, ""},
		{"too long when escaped", []any{"a", long}, "partition by error_code: a value of 243 bytes makes a folder name of 256, more than 255: \"" + long[:40] + "\"…"},
		{"null like a value", []any{nil, "none"}, `partition by error_code: null and the value "none" would lie in the same folder error_code=none/: choose another --null-partition`},
		{"a value like null", []any{"none", nil}, `partition by error_code: null and the value "none" would lie in the same folder error_code=none/: choose another --null-partition`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			o := table.Spec{PartitionBy: []schema.Column{schema.ErrorCode}, MaxPartitions: 3, NullPartition: "none"}.WithDefaults()
			r := NewRouter(&o)
			var err error
			for _, code := range tt.codes {
				if err != nil {
					t.Fatalf("error before its time: %v", err)
				}
				rec := batchtest.NewBatch(t, mem, schema.Arrow(o.PartitionBy), []batchtest.Row{{code}})
				_, err = r.Route(rec)
				rec.Release()
			}
			if got := fmt.Sprint(err); got != cmp.Or(tt.err, "<nil>") {
				t.Errorf("error is\n%s; want\n%s", got, tt.err)
			}
		})
	}
}
