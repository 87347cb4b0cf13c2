package ledger

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
	"batchreport/schema"
)

// A record that was changed cannot lead to files outside of the destination.
func TestRegisterNames(t *testing.T) {
	t.Parallel()
	files := &runFiles{Store: disk.Store{}, dest: t.TempDir(), job: reporttest.JobA, fingerprint: "0123456789abcdef0123456789abcdef"}
	part := Part{Name: "job_id=" + reporttest.JobA + "/" + files.partName(0) + "-00000.ndjson", Partition: []table.PartitionValue{}}
	committed := &Register{Record: Record{Version: RecordVersion, Job: reporttest.JobA, Fingerprint: files.fingerprint, Outputs: []Part{part}}}
	if err := files.swapRegister(t.Context(), &Register{}, committed); err != nil {
		t.Fatal(err)
	}
	change := func(change func(*Register)) error {
		register, err := files.readRegister(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		change(register)
		data, err := json.MarshalIndent(register, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseRegister("commit.json", withChecksum(data))
		return err
	}
	for name, ok := range map[string]bool{"x": true, "a/..b/x": true, "../x": false, "a/../../x": false, "/etc/x": false, ".": false, "": false, "a//b": false, "a/./b": false} {
		if err := change(func(r *Register) { r.Replaces = []string{name} }); (err == nil) != ok {
			t.Errorf("%q is taken: %t, %v; want %t", name, err == nil, err, ok)
		}
	}
	claim := func(pending string) func(*Register) {
		return func(r *Register) {
			r.Next = &intent{Record: r.Record, Pendings: []storage.Pending{{Name: pending, Staged: "/etc/passwd"}}}
		}
	}
	if err := change(claim(files.address("x"))); err == nil {
		t.Error("what no record lists is taken")
	}
	register, err := files.readRegister(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := change(claim(register.Outputs[0].Name)); err != nil {
		t.Error(err)
	}
	// Wherever it says that the file is staged, it is looked for in one place.
	got := files.absolute(storage.Pending{Name: "x", Staged: "/etc/passwd"}, register.Fingerprint)
	if got.Name != files.dest+"/x" || got.Staged != filepath.Join(files.inJobFolder("pending"), register.Fingerprint, "passwd") {
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
		{"job_id=a/task_status=failed/" + part, two, true},
		{"_batchreport/" + reporttest.JobA + "/rejects/part-fp-00000.jsonl.gz", two, true},
		{"sub/job_id=a/task_status=failed/" + part, two, false},
		{"sub/_batchreport/" + reporttest.JobA + "/rejects/part-fp-00000.jsonl.gz", two, false},
		{"_batchreport/" + reporttest.JobB + "/rejects/part-fp-00000.jsonl.gz", two, false},
		{"job_id=a/" + part, two, false},
		{"task_status=failed/job_id=a/" + part, two, false},
		{"job_id=a/task_status=failed/sub/" + part, two, false},
		{part, []schema.Column{}, true},
		{"sub/" + part, []schema.Column{}, false},
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
