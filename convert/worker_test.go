package convert

import (
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// No worker remembers anything of the rows before: a report whose values are
// empty, absent and present by turns gives the same bytes with any number of them.
func TestWorkersKeepNothing(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for rows.Len() < 3*reading.BlockSize {
		rows.WriteString("b,,,succeeded,200,,\r\n,k%20,null,succeeded,,,\"{\"\"ETag\"\":\"\"\"\"}\"\r\nb,%zz,\\N,succeeded,0,," + strings.Repeat("x", 500) + "\r\n")
	}
	dir := t.TempDir()
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: reporttest.StatusSucceeded, Data: rows.String()}))
	var want map[string]string
	for _, workers := range []int{1, 2, 5} {
		dest := filepath.Join(t.TempDir(), "table")
		o := Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None, PartitionBy: []schema.Column{}}, Run: Run{Workers: workers}}
		if _, err := Convert(t.Context(), disk.Store{}, []string{dir}, dest, o); err != nil {
			t.Fatal(err)
		}
		got := storagetest.ReadTree(t, dest)
		if want == nil {
			want = got
		}
		storagetest.CompareTrees(t, got, want)
	}
	for name, data := range want {
		if !strings.HasSuffix(name, ".ndjson") {
			continue
		}
		for i, line := range strings.SplitN(data, "\n", 4)[:3] {
			empty := []string{`"bucket":"b","key":"","task_status"`, `"bucket":"","key":"k ","key_encoded":"k%20","version_id":"null"`, `"bucket":"b","key":"%zz","key_encoded":"%zz"`}[i]
			if !strings.Contains(line, empty) {
				t.Errorf("row %d is %s; want %s", i+1, line, empty)
			}
		}
	}
}
