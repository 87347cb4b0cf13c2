package leftovers

import (
	"reflect"
	"testing"
	"time"

	"batchreport/convert/ledger"
)

func TestResult(t *testing.T) {
	t.Parallel()
	then := time.Date(2025, 1, 2, 3, 4, 5, 0, time.FixedZone("east", 3600))
	dropped := []ledger.Leftover{{Job: "a\x1b", Fingerprint: "f", Modified: then, Pending: 1, Tasks: 2}, {Job: "b", Fingerprint: "g", Modified: then, Pending: 2}}
	for _, test := range []struct {
		name           string
		result         Result
		lines, closing []string
	}{
		{"nothing", New(false, nil, nil), nil, []string{"dropped what 0 runs left: 0 unpublished files, 0 finished tasks"}},
		{
			"runs", New(false, dropped, nil),
			[]string{
				"job a\\x1b, fingerprint f, last written 2025-01-02T02:04:05Z: 1 unpublished file, 2 finished tasks\n",
				"job b, fingerprint g, last written 2025-01-02T02:04:05Z: 2 unpublished files, 0 finished tasks\n",
			},
			[]string{"dropped what 2 runs left: 3 unpublished files, 2 finished tasks"},
		},
		{
			"dry run", New(true, nil, []string{"x.parquet"}),
			[]string{"replaced x.parquet\n"},
			[]string{"dry run: would drop what 0 runs left: 0 unpublished files, 0 finished tasks", "dry run: would delete 1 file that the Delta table needs no longer"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.result.Lines(); !reflect.DeepEqual(got, test.lines) {
				t.Errorf("lines %q, want %q", got, test.lines)
			}
			if got := test.result.Closing(); !reflect.DeepEqual(got, test.closing) {
				t.Errorf("closing %q, want %q", got, test.closing)
			}
			if test.result.Dropped == nil {
				t.Error("dropped would be null in JSON")
			}
		})
	}
}
