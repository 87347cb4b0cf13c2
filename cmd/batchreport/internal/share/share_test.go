package share

import (
	"strings"
	"testing"
)

// TestShares checks that the shares of a plan have each task once, in order, and differ
// by one task at most, however many shares and tasks there are.
func TestShares(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 7, 8, 1000, 9999, 1_000_000} {
		for _, of := range []int{1, 2, 3, 7, 8, 1000, 10_000} {
			next, least, most := 0, n, 0
			for i := range of {
				first, end := Share{i, of}.Tasks(n)
				if first != next || end < first {
					t.Fatalf("share %d of %d of %d tasks is %d to %d, and the one before ends at %d", i, of, n, first, end, next)
				}
				next, least, most = end, min(least, end-first), max(most, end-first)
			}
			if next != n || most-least > 1 {
				t.Errorf("%d shares of %d tasks end at %d and have %d to %d tasks", of, n, next, least, most)
			}
		}
	}
	const huge = int(^uint(0) >> 1)
	if first, end := (Share{huge - 1, huge}).Tasks(huge); first != huge-1 || end != huge {
		t.Errorf("the last of as many shares as there can be is %d to %d", first, end)
	}
}

func TestShareOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  string
		of   int
		want Share
		err  string
	}{
		{name: "batch", env: "AWS_BATCH_JOB_ARRAY_INDEX=2", want: Share{Index: 2}},
		{name: "batch of", env: "AWS_BATCH_JOB_ARRAY_INDEX=2 AWS_BATCH_JOB_ARRAY_SIZE=8", want: Share{2, 8}},
		{name: "kubernetes", env: "JOB_COMPLETION_INDEX=3", want: Share{Index: 3}},
		{name: "kubernetes of", env: "JOB_COMPLETION_INDEX=3", of: 5, want: Share{3, 5}},
		{name: "slurm", env: "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=8 SLURM_ARRAY_TASK_COUNT=8", want: Share{2, 8}},
		{name: "slurm from 0", env: "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_STEP=1", want: Share{0, 1}},
		{name: "slurm by steps", env: "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_STEP=4", want: Share{2, 3}},
		{name: "slurm of the command line", env: "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=8", of: 20, want: Share{2, 20}},
		{name: "slurm by a list", env: "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=2", err: "SLURM_ARRAY_TASK_ID is 7 in an array of 2 that begins with 3"},
		{name: "the same", env: "AWS_BATCH_JOB_ARRAY_INDEX=2 JOB_COMPLETION_INDEX=2", want: Share{Index: 2}},
		{name: "several", env: "AWS_BATCH_JOB_ARRAY_INDEX=2 AWS_BATCH_JOB_ARRAY_SIZE=4 JOB_COMPLETION_INDEX=2", err: "AWS_BATCH_JOB_ARRAY_INDEX says 2 of 4 and JOB_COMPLETION_INDEX 2"},
		{name: "beyond the array", env: "AWS_BATCH_JOB_ARRAY_INDEX=4 AWS_BATCH_JOB_ARRAY_SIZE=4", err: "gaps"},
		{name: "no number", env: "AWS_BATCH_JOB_ARRAY_INDEX=x AWS_BATCH_JOB_ARRAY_SIZE=0", err: `AWS_BATCH_JOB_ARRAY_SIZE: "0" is not a number from 1`},
		{name: "no index", env: "AWS_BATCH_JOB_ARRAY_SIZE=4", err: "--index is needed where none of AWS_BATCH_JOB_ARRAY_INDEX, JOB_COMPLETION_INDEX and SLURM_ARRAY_TASK_ID is set"},
		{name: "nothing", of: 4, err: "--index is needed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{}
			for pair := range strings.FieldsSeq(tt.env) {
				name, value, _ := strings.Cut(pair, "=")
				env[name] = value
			}
			got, err := FromScheduler(func(name string) (string, bool) { value, ok := env[name]; return value, ok }, tt.of)
			if tt.err == "" && (err != nil || got != tt.want) || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
