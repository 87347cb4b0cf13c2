package convert

import (
	"testing"

	"batchreport/convert/table"
	"batchreport/schema"
)

// TestTaskMemory checks that what is asked for grows with what needs memory. That it is
// enough is shown by the tasks of testdata/engines, which containers of that size run.
func TestTaskMemory(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	plain := TaskMemory(table.Spec{}, 2, false)
	if plain < 256*mib || plain > 512*mib {
		t.Errorf("two workers on disk need %d MiB; the README measured up to 166", plain/mib)
	}
	byCode := table.Spec{PartitionBy: []schema.Column{schema.ErrorCode}}
	for _, tt := range []struct {
		name       string
		more, less int64
	}{
		{"workers", TaskMemory(table.Spec{}, 3, false), plain},
		{"S3", TaskMemory(table.Spec{}, 2, true), plain},
		{"sorting", TaskMemory(table.Spec{SortBy: []string{"key"}}, 2, false), plain},
		{"filters", plain, TaskMemory(table.Spec{Bloom: []string{}}, 2, false)},
		{"open parts on S3", TaskMemory(byCode, 2, true), TaskMemory(table.Spec{}, 2, true)},
		{"more of them", TaskMemory(byCode, 2, true), TaskMemory(table.Spec{PartitionBy: byCode.PartitionBy, MaxOpenParts: 8}, 2, true)},
	} {
		if tt.more <= tt.less {
			t.Errorf("%s: %d is not more than %d", tt.name, tt.more, tt.less)
		}
	}
}
