package message

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// messageCase is a line of testdata/messages/cases.jsonl.
type messageCase struct {
	Message string         `json:"message"`
	Expect  map[string]any `json:"expect"` // columns that must hold; null ones too
	Source  string         `json:"source"`
}

// TestCases splits the messages of public reports of testdata/messages/cases.jsonl.
func TestCases(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../testdata/messages/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var c messageCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			var m Message
			NewParser(nil).Parse(&m, []byte(c.Message), Row{})
			got := columnsOf(&m)
			for column, want := range c.Expect {
				value, ok := got[column]
				if text := fmt.Sprint(want); want == nil && ok || want != nil && value != text {
					t.Errorf("%s, of %s\n%s is %q, want %q\nall of it\n%s", c.Message, c.Source, column, value, text, describe(&m))
				}
			}
		})
	}
}
