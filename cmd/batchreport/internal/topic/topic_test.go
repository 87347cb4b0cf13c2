package topic

import (
	"strings"
	"testing"

	"batchreport/schema"
)

// TestColumns checks that every column says where its values are from.
func TestColumns(t *testing.T) {
	t.Parallel()
	for _, c := range append(schema.AllColumns(), schema.ReportDate) {
		if c.About() == "" || !strings.Contains(Columns(), "  "+c.String()+" ") {
			t.Errorf("%s is not in the list", c)
		}
	}
}

// TestExitCodes checks that the text names the commands which can end with rows that cannot be read.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	if text := ExitCodes([]string{"weigh", "measure"}); !strings.Contains(text, "Only\n                        weigh or measure\n                        ends so.") {
		t.Errorf("the commands are not named: %s", text)
	}
}
