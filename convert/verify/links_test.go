package verify

import (
	"os"
	"path/filepath"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
)

// Readers of a folder follow links: what they find so is found, a job whose folder
// lies elsewhere is the table's, and links that lead back end.
func TestVerifyLinks(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	if err := tb.convert(t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	job := "job_id=" + reporttest.JobA
	if err := os.Rename(filepath.Join(tb.dest, job), filepath.Join(elsewhere, job)); err != nil {
		t.Fatal(err)
	}
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(tb.dest, name)); err != nil {
			t.Fatal(err)
		}
	}
	verify := func(want ...string) {
		t.Helper()
		v, err := Table(t.Context(), disk.Store{}, tb.dest, Options{})
		if err != nil {
			t.Fatal(err)
		}
		compareFindings(t, v.Findings, want...)
	}
	link(filepath.Join(elsewhere, job), job)
	verify()

	if err := os.MkdirAll(filepath.Join(elsewhere, "other/task_status=failed"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"copy", "_x.parquet", "_SUCCESS"} {
		if err := os.WriteFile(filepath.Join(elsewhere, "other/task_status=failed", name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	link(filepath.Join(elsewhere, "other"), "job_id=x")
	want := []string{"unknown " + tb.dest + "/job_id=x/task_status=failed/copy", "hidden " + tb.dest + "/job_id=x/task_status=failed/_x.parquet"}
	verify(want...)

	link(job, "job_id=again")
	link(".", "loop")
	link("..", ".hidden")
	verify(append(want, "unknown "+tb.dest+"/job_id=again", "unknown "+tb.dest+"/loop")...)
}
