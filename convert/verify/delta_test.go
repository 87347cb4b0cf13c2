package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert"
	"batchreport/convert/delta"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// The log is compared with the records, and the files that stay for its readers are no
// strangers.
func TestVerifyLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobA, reporttest.Three()...))
	dest := filepath.Join(dir, "table")
	for _, columns := range [][]schema.Column{{schema.Key}, {schema.Key, schema.ErrorCode}} {
		var o convert.Options
		o.Columns, o.MaxRejects, o.Delta = columns, -1, true
		if _, err := convert.Convert(t.Context(), disk.Store{}, []string{filepath.Join(dir, "in")}, dest, o); err != nil {
			t.Fatal(err)
		}
	}
	verify := func() (*Result, []string) {
		t.Helper()
		v, err := Table(t.Context(), disk.Store{}, dest, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, f := range v.Findings {
			found = append(found, fmt.Sprintf("%s %s: %s", f.Kind, filepath.Base(f.Object), f.Message))
		}
		return v, found
	}
	v, found := verify()
	if len(found) > 0 || v.Kept == 0 {
		t.Errorf("found %q, %d files are kept", found, v.Kept)
	}
	version := func(n int, text string) {
		t.Helper()
		name := filepath.Join(dest, delta.Folder, fmt.Sprintf("%020d.json", n))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := os.ReadFile(filepath.Join(dest, delta.Folder, fmt.Sprintf("%020d.json", 2)))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(newest), "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, `{"add"`) })
	for name, tt := range map[string]struct{ text, want string }{
		"a file that no record lists": {strings.Replace(string(newest), lines[at], lines[at]+`{"add":{"path":"x.parquet","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}`+"\n", 1), "log x.parquet: the Delta log lists it, and no record does"},
		"a file is not listed":        {strings.Replace(string(newest), lines[at], "", 1), "the record lists it, and the Delta log does not"},
		"another size":                {strings.Replace(string(newest), `"size":`, `"size":1`, 1), "the Delta log gives it 1"},
		"another program":             {`{"commitInfo":{"engineInfo":"another"}}`, "was written by another program"},
		"a gap":                       {"", "is empty"},
	} {
		version(2, tt.text)
		if _, found := verify(); len(found) != 1 || !strings.Contains(found[0], tt.want) || !strings.HasPrefix(found[0], "log ") {
			t.Errorf("%s: found %q", name, found)
		}
	}
	version(2, string(newest))
	if _, found := verify(); len(found) > 0 {
		t.Errorf("found %q at the end", found)
	}
}
