package convert_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert"
	"batchreport/convert/table"
	"batchreport/schema"
	"batchreport/schema/message"
)

// TestRebuild checks for every row of every report that the exact message can be
// had back from its row, as the view that ddl prints does it, or from invalid_utf8.
func TestRebuild(t *testing.T) {
	t.Parallel()
	prefixes := map[string]string{}
	for k := range message.Kind(message.NumKinds) {
		prefixes[k.String()] = k.Prefix()
	}
	golden, err := filepath.Glob("../testdata/golden/*.ndjson")
	if err != nil || len(golden) == 0 {
		t.Fatal("no golden rows", err)
	}
	for _, name := range golden {
		report := strings.TrimSuffix(filepath.Base(name), ".ndjson")
		t.Run(report, func(t *testing.T) {
			t.Parallel()
			messages := rawMessages(t, filepath.Join("../testdata/reports", report))
			rows := 0
			for _, part := range convertReport(t, report, convert.Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None, PartitionBy: []schema.Column{}}}) {
				for line := range strings.Lines(string(part.data)) {
					rows++
					var row struct {
						ReportFile    string  `json:"report_file"`
						ReportRow     int64   `json:"report_row"`
						ResultKind    string  `json:"result_kind"`
						ResultJSON    string  `json:"result_json"`
						ResultMessage *string `json:"result_message"`
						InvalidUTF8   *string `json:"invalid_utf8"`
					}
					if err := json.Unmarshal([]byte(line), &row); err != nil {
						t.Fatal(err)
					}
					got := prefixes[row.ResultKind] + row.ResultJSON
					if row.ResultMessage != nil {
						got = *row.ResultMessage
					}
					if row.InvalidUTF8 != nil {
						var invalid map[string]string
						if err := json.Unmarshal([]byte(*row.InvalidUTF8), &invalid); err != nil {
							t.Fatal(err)
						}
						if encoded, ok := invalid["result_message"]; ok {
							b, err := base64.StdEncoding.DecodeString(encoded)
							if err != nil {
								t.Fatal(err)
							}
							got = string(b)
						}
					}
					want, ok := messages[rowID{filepath.Base(row.ReportFile), float64(row.ReportRow)}]
					if !ok || got != want {
						t.Errorf("%s row %d: got %q, the report has %q (%t)", row.ReportFile, row.ReportRow, got, want, ok)
					}
				}
			}
			if rows != len(messages) {
				t.Errorf("%d rows, the report has %d", rows, len(messages))
			}
		})
	}
}

// rawMessages reads the messages of a report's finished jobs, by file and row.
func rawMessages(t *testing.T, report string) map[rowID]string {
	t.Helper()
	messages := map[rowID]string{}
	err := filepath.WalkDir(report, func(name string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".csv") {
			return err
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(filepath.Dir(name)), "manifest.json")); err != nil {
			return nil // still running
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for n := 1.0; len(data) > 0; n++ {
			end, _ := schema.RecordEnd(data)
			if end == 0 {
				end = len(data)
			}
			var r schema.Record
			if err := r.Split(data[:end], schema.OrderUnknown); err != nil {
				return err
			}
			messages[rowID{filepath.Base(name), n}] = string(r.ResultMessage)
			data = data[end:]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}
