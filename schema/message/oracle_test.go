package message

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

// oracleLine is a line of testdata/messages/oracle.py.
type oracleLine struct {
	Repr string `json:"repr"`
	JSON string `json:"json"`
}

// TestOracle compares with CPython. BATCHREPORT_ORACLE names a file of more
// lines of the oracle.
func TestOracle(t *testing.T) {
	t.Parallel()
	files := []string{"../../testdata/messages/oracle-2.7.jsonl", "../../testdata/messages/oracle-3.6.jsonl", "../../testdata/messages/oracle-3.13.jsonl"}
	if live := os.Getenv("BATCHREPORT_ORACLE"); live != "" {
		files = append(files, live)
	}
	for _, name := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p := NewParser(nil)
			lines, bad := 0, 0
			for d := json.NewDecoder(bytes.NewReader(data)); d.More() && bad < 3; lines++ {
				var line oracleLine
				if err := d.Decode(&line); err != nil {
					t.Fatalf("line %d: %v", lines+1, err)
				}
				if !sameAsOracle(t, p, line) {
					bad++
				}
			}
			t.Logf("%d lines, %d differ", lines, bad)
		})
	}
}

func sameAsOracle(t *testing.T, p *Parser, line oracleLine) bool {
	var m Message
	p.Parse(&m, []byte(line.Repr), Row{})
	same := m.Kind == KindPython && string(m.JSON) == line.JSON
	if m.Kind == KindJSON { // [1, 2] is JSON as well, and stays as it is
		same = reflect.DeepEqual(decodeJSON(t, m.JSON), decodeJSON(t, []byte(line.JSON)))
	}
	if !same {
		t.Errorf("%s\n%s: got  %s\nwant %s", line.Repr, m.Kind, m.JSON, line.JSON)
	}
	return same
}

func decodeJSON(t *testing.T, b []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("decode %s: %v", b, err)
	}
	return v
}
