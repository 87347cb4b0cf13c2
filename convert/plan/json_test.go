package plan

import (
	"encoding/json"
	"strings"
	"testing"
)

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
		data, err := marshal(Plan{Version: formVersion, Dest: tt.dest})
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
