package ledger

import (
	"encoding/json"
	"errors"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

const (
	testFingerprint  = "0123456789abcdef0123456789abcdef"
	otherFingerprint = "fedcba9876543210fedcba9876543210"
)

// testRecord is a record of a job with a part and rejects.
func testRecord(job string) Record {
	failed := "failed"
	id := &job
	if table.IsSource(job) {
		id = nil
	}
	values := []table.PartitionValue{{Column: "job_id", Value: id}, {Column: "task_status", Value: &failed}}
	r := Record{
		Version: RecordVersion, Program: "batchreport version 1", Job: job, JobID: id, Fingerprint: testFingerprint,
		Options: table.Spec{PartitionBy: []schema.Column{schema.JobID, schema.TaskStatus}, NullPartition: table.HiveNull},
	}
	folder := r.folder(values)
	r.Outputs = []Part{{Name: folder + partPrefix(testFingerprint) + "00000-00000.zstd.parquet", Partition: values}}
	r.Rejects = []Reject{{Name: rejectsFolder(job) + partPrefix(testFingerprint) + "00000.jsonl.gz"}}
	return r
}

// parseAs writes a register and reads it as that of a job.
func parseAs(t *testing.T, job string, r *Register) error {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	_, err = ParseRegister(RegisterName("table", job), withChecksum(data))
	return err
}

// Whatever a register names follows from the job in whose folder it lies.
func TestRegisterIsBoundToJob(t *testing.T) {
	t.Parallel()
	const source = "source-0123456789abcdef"
	value := func(s string) *string { return &s }
	part := partPrefix(otherFingerprint) + "00000-00000.ndjson"
	tests := []struct {
		name   string
		job    string // in whose folder it lies; JobA if empty
		change func(r *Register)
		err    string // "" for none
	}{
		{"as it is", "", func(*Register) {}, ""},
		{"of a source", source, func(r *Register) { r.Record = testRecord(source) }, ""},
		{"of a source with a job_id", source, func(r *Register) {
			r.Job = source
			r.Rejects[0].Name = rejectsFolder(source) + path.Base(r.Rejects[0].Name)
		}, ""},
		{"nothing committed", "", func(r *Register) { r.Record = Record{Version: RecordVersion, Job: reporttest.JobA} }, ""},
		{"being committed", "", func(r *Register) {
			r.Next = &intent{Record: testRecord(reporttest.JobA), Pendings: []storage.Pending{{Name: r.Outputs[0].Name}}}
		}, ""},

		{"restored to another folder", reporttest.JobB, func(*Register) {}, "it is that of job"},
		{"restored and renamed", reporttest.JobB, func(r *Register) { r.Job = reporttest.JobB }, "job_id"},
		{"restored, renamed, with the other's job_id", reporttest.JobB, func(r *Register) { r.Job, r.JobID = reporttest.JobB, value(reporttest.JobB) }, "not named after its partition"},
		{"restored, all changed but the rejects", reporttest.JobB, func(r *Register) {
			rejects := r.Rejects
			r.Record = testRecord(reporttest.JobB)
			r.Rejects = rejects
		}, "its rejects"},
		{"a folder that is no job's", "notes", func(r *Register) { r.Job = "notes" }, "is no job"},
		{"without job_id", "", func(r *Register) { r.JobID = nil }, "job_id"},
		{"of a source, with the name of a source as job_id", source, func(r *Register) { r.Record = testRecord(source); r.JobID = value(source) }, "job_id"},
		{"nothing committed, with files", "", func(r *Register) { r.Fingerprint = "" }, "no fingerprint"},
		{"a fingerprint that is none", "", func(r *Register) { r.Fingerprint = "x" }, "no fingerprint"},
		{"another's fingerprint", "", func(r *Register) { r.Fingerprint = otherFingerprint }, "not named after"},
		{"another partition's value", "", func(r *Register) { r.Outputs[0].Partition[1].Value = value("succeeded") }, "not named after"},
		{"another job's partition", "", func(r *Register) {
			r.Outputs[0].Partition[0].Value = value(reporttest.JobB)
			r.Outputs[0].Name = "job_id=" + reporttest.JobB + "/task_status=failed/" + path.Base(r.Outputs[0].Name)
		}, "not named after"},
		{"a part in the state folder", "", func(r *Register) { r.Outputs[0].Name = r.Rejects[0].Name }, "not named after"},
		{"rejects in the table", "", func(r *Register) { r.Rejects[0].Name = r.Outputs[0].Name }, "its rejects"},
		{"a part that is named otherwise", "", func(r *Register) { r.Outputs[0].Name = path.Dir(r.Outputs[0].Name) + "/mine.parquet" }, "not named after"},

		{"being committed for another job", "", func(r *Register) { r.Next = &intent{Record: testRecord(reporttest.JobB)} }, "it is that of job"},
		{"being committed without fingerprint", "", func(r *Register) { r.Next = &intent{Record: Record{Version: RecordVersion, Job: reporttest.JobA}} }, "fingerprint"},
		{"lost, of another job", "", func(r *Register) {
			r.Next = &intent{Record: testRecord(reporttest.JobA), Lost: &lostIntent{Fingerprint: otherFingerprint, Pendings: []storage.Pending{{Name: "job_id=" + reporttest.JobB + "/" + part}}}}
		}, "to be dropped"},
		{"lost", "", func(r *Register) {
			r.Next = &intent{Record: testRecord(reporttest.JobA), Lost: &lostIntent{Fingerprint: otherFingerprint, Pendings: []storage.Pending{{Name: "job_id=" + reporttest.JobA + "/" + part}}}}
		}, ""},
	}
	replaces := func(name string, ok bool) {
		for _, next := range []bool{false, true} {
			tt := tests[0]
			tt.name = "replaces " + name
			if tt.err = "to be deleted"; ok {
				tt.err = ""
			}
			tt.change = func(r *Register) {
				if next {
					r.Next = &intent{Record: r.Record}
					r.Next.Record.Replaces = []string{name}
				} else {
					r.Replaces = []string{name}
				}
			}
			tests = append(tests, tt)
		}
	}
	replaces("job_id="+reporttest.JobA+"/task_status=failed/"+part, true)
	replaces("task_status=failed/"+part, true)
	replaces("task_status=failed/job_id="+reporttest.JobA+"/"+part, true)
	replaces(part, true)
	replaces(rejectsFolder(reporttest.JobA)+partPrefix(otherFingerprint)+"00012.jsonl.gz", true)
	for _, name := range []string{
		"job_id=" + reporttest.JobB + "/task_status=failed/" + part,
		"task_status=failed/job_id=" + reporttest.JobB + "/" + part,
		"job_id=" + table.HiveNull + "/" + part,
		"raw/" + part,
		"mine=x/" + part,
		"job_id=" + reporttest.JobA + "/mine.parquet",
		"job_id=" + reporttest.JobA + "/part-x-00000-00000.ndjson",
		"job_id=" + reporttest.JobA + "/part-" + otherFingerprint + ".ndjson",
		"job_id=" + reporttest.JobA + "/part-" + otherFingerprint + "-00000-00000",
		rejectsFolder(reporttest.JobB) + partPrefix(otherFingerprint) + "00000.jsonl.gz",
		rejectsFolder(reporttest.JobA) + part,
		"_batchreport/" + reporttest.JobA + "/commit.json",
		"_batchreport/" + reporttest.JobA + "/rejects/x.jsonl.gz",
		"job_id=" + reporttest.JobA + "/../" + part, "/etc/" + part, "../" + part, "", ".",
		testRecord(reporttest.JobA).Outputs[0].Name, // it belongs to the table
	} {
		replaces(name, false)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &Register{Record: testRecord(reporttest.JobA)}
			tt.change(r)
			if tt.job == "" {
				tt.job = reporttest.JobA
			}
			err := parseAs(t, tt.job, r)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error is %v; want %q", err, tt.err)
			}
			if hint := (*storage.Error)(nil); err != nil && (!errors.As(err, &hint) || hint.Hint == "") {
				t.Errorf("error %v has no hint", err)
			}
		})
	}
}

// What another job's register lists is not deleted, whoever else says that it may be.
func TestReplacesAreUnshared(t *testing.T) {
	t.Parallel()
	const shared = "part-" + otherFingerprint + "-00000-00000.ndjson"
	dest := t.TempDir()
	d := &Destination{Store: disk.Store{}, Folder: dest}
	write := func(job string, change func(r *Record)) {
		r := &Register{Record: testRecord(job)}
		r.Options.PartitionBy, r.Outputs[0].Partition, r.Outputs[0].Name = nil, nil, path.Base(r.Outputs[0].Name)
		change(&r.Record)
		run := d.Run(job, r.Fingerprint, 1, nil)
		if err := run.files.swapRegister(t.Context(), &Register{}, r); err != nil {
			t.Fatal(err)
		}
	}
	write(reporttest.JobA, func(r *Record) { r.Replaces = []string{shared} })
	write(reporttest.JobB, func(r *Record) {
		r.Fingerprint, r.Outputs[0].Name, r.Rejects = otherFingerprint, shared, nil
	})
	storagetest.WriteTree(t, dest, map[string]string{shared: "data"})
	run := d.Run(reporttest.JobA, testFingerprint, 1, nil)
	if err := run.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := run.Recover(t.Context())
	if err == nil || !strings.Contains(err.Error(), reporttest.JobA) || !strings.Contains(err.Error(), reporttest.JobB) {
		t.Errorf("error is %v; want one that names both jobs", err)
	}
	if storagetest.ReadTree(t, dest)[shared] != "data" {
		t.Errorf("%s was deleted", filepath.Join(dest, shared))
	}
}
