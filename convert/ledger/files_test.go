package ledger

import (
	"path/filepath"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/schema"
)

// Wherever a pending file is said to be staged, it is looked for in one place.
func TestAbsolute(t *testing.T) {
	t.Parallel()
	files := &runFiles{Store: disk.Store{}, dest: t.TempDir(), job: reporttest.JobA, fingerprint: testFingerprint}
	got := files.absolute(storage.Pending{Name: "x", Staged: "/etc/passwd"}, testFingerprint)
	if got.Name != files.dest+"/x" || got.Staged != filepath.Join(files.inJobFolder("pending"), testFingerprint, "passwd") {
		t.Errorf("it is %+v", got)
	}
}

// Uploads of a table that lies in a folder of another are not the other's.
func TestIsOwn(t *testing.T) {
	t.Parallel()
	const part = "part-fp-00000-00000.zstd.parquet"
	two := []schema.Column{schema.JobID, schema.TaskStatus}
	tests := []struct {
		name        string
		partitionBy []schema.Column
		want        bool
	}{
		{"job_id=" + reporttest.JobA + "/task_status=failed/" + part, two, true},
		{"_batchreport/" + reporttest.JobA + "/rejects/part-fp-00000.jsonl.gz", two, true},
		{"sub/job_id=" + reporttest.JobA + "/task_status=failed/" + part, two, false},
		{"sub/_batchreport/" + reporttest.JobA + "/rejects/part-fp-00000.jsonl.gz", two, false},
		{"_batchreport/" + reporttest.JobB + "/rejects/part-fp-00000.jsonl.gz", two, false},
		{"job_id=" + reporttest.JobA + "/" + part, two, false},
		{"task_status=failed/job_id=" + reporttest.JobA + "/" + part, two, false},
		{"job_id=" + reporttest.JobA + "/task_status=failed/sub/" + part, two, false},
		{part, []schema.Column{}, true},
		{"sub/" + part, []schema.Column{}, false},
		{"job_id=" + reporttest.JobB + "/task_status=failed/" + part, two, false},
		{"part-other-00000-00000.zstd.parquet", []schema.Column{}, false},
		{part, nil, false}, // nobody knows
	}
	for _, tt := range tests {
		files := &runFiles{Store: disk.Store{}, dest: t.TempDir(), job: reporttest.JobA, fingerprint: "fp", partitionBy: tt.partitionBy}
		if got, err := files.isOwn(t.Context(), tt.name); got != tt.want || err != nil {
			t.Errorf("%s by %v: %t, %v; want %t", tt.name, tt.partitionBy, got, err, tt.want)
		}
	}
}
