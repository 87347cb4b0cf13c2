package convert

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// Names that are not UTF-8 are the same by plan as without one.
func TestPlanKeepsBytes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other file systems take no such names")
	}
	tb := newTable(t)
	root := filepath.Join(filepath.Dir(tb.dest), "caf\xe9 <&> \xff\xfe")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(root, "in")
	if err := os.Rename(tb.source, source); err != nil {
		t.Fatal(err)
	}
	tb.source, tb.dest = source, filepath.Join(root, "table")
	plan := tb.plan(t, tableOptions) // as it was read again
	if plan.Dest != tb.dest || !strings.HasPrefix(plan.Jobs[0].Job.Files[0].Name, source) {
		t.Fatalf("plan is for %q, of %q", plan.Dest, plan.Jobs[0].Job.Files[0].Name)
	}
	for index := range plan.Tasks() {
		if _, err := RunTask(t.Context(), disk.Store{}, plan, index, Run{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Commit(t.Context(), disk.Store{}, plan, Change{}); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
	entries, err := os.ReadDir(filepath.Dir(root))
	if err != nil || len(entries) != 1 {
		t.Errorf("there is %v, %v", entries, err)
	}
}

// A plan of which one spelling of a name was changed is refused, and text stays text.
func TestPlanNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		dest string
		text string // that the plan has
	}{
		{"out<&>é", `"dest":"out<&>é"`},
		{"out\xe9", `"dest":"out` + "\ufffd" + `","`},
		{"out\xe9", `"dest_base64":"b3V06Q=="`},
	} {
		data, err := marshal(Plan{Version: planVersion, Dest: tt.dest})
		if err != nil || !strings.Contains(string(data), tt.text) && !strings.Contains(string(data), `"dest":"out\ufffd"`) {
			t.Errorf("%s, %v; want %s", data, err, tt.text)
		}
		if strings.Contains(tt.text, "base64") != strings.Contains(string(data), "base64") && tt.dest == "out<&>é" {
			t.Errorf("%s", data)
		}
		var p Plan
		if err := json.Unmarshal(data, &p); err != nil || p.Dest != tt.dest {
			t.Errorf("dest is %q, %v; want %q", p.Dest, err, tt.dest)
		}
	}
	for _, data := range []string{
		`{"dest":"other","dest_base64":"b3V06Q=="}`,
		`{"dest":"","dest_base64":"b3V06Q=="}`,
		`{"jobs":[{"job":{"files":[{"name":"x","name_base64":"b3V06Q=="}]}}]}`,
	} {
		var p Plan
		if err := json.Unmarshal([]byte(data), &p); err == nil || !strings.Contains(err.Error(), "base64") {
			t.Errorf("%s: error is %v", data, err)
		}
	}
}
