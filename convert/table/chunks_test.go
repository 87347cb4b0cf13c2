package table

import (
	"slices"
	"testing"

	"batchreport/schema"
)

// TestChunkOrder: a new column must be given a place in a row group.
func TestChunkOrder(t *testing.T) {
	t.Parallel()
	order, _ := chunkOrder()
	files := slices.Concat(schema.AllColumns(), schema.OutcomeColumns(), schema.PartitionColumns())
	slices.Sort(files)
	files = slices.Compact(files)
	for _, c := range files {
		if !slices.Contains(order, c) {
			t.Errorf("column %s has no place in chunkOrder: put it beside what is asked together with it", c)
		}
	}
	if len(order) != len(files) {
		t.Errorf("%d places for %d columns", len(order), len(files))
	}
	names := Spec{Extract: []schema.Extract{{Name: "x"}, {Name: "y"}}}.ChunkOrder()
	at := slices.Index(names, "x")
	if want := []string{"denied_principal", "x", "y", "request_id"}; len(names) != len(files)+2 || !slices.Equal(names[at-1:at+3], want) {
		t.Errorf("extracted columns are in %q", names)
	}
}

func TestUnbounded(t *testing.T) {
	t.Parallel()
	if got, want := (Spec{}).Unbounded(), []string{"result_json", "result_message", "stack_trace"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Spec{SortBy: []string{"key", "result_message"}}).Unbounded(); slices.Contains(got, "result_message") {
		t.Errorf("%q though rows are sorted by one", got)
	}
}

func TestSkipped(t *testing.T) {
	t.Parallel()
	spec := Spec{PartitionBy: []schema.Column{schema.Bucket}, SortBy: []string{"key", "report_row", "bucket", "key"}}.WithDefaults()
	want := []string{"error_code", "http_status_code", "key", "occurred_at", "report_created_at", "report_row"}
	if got := spec.Skipped(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
