package schema

import (
	"strings"
	"testing"
)

func TestRecordEnd(t *testing.T) {
	t.Parallel()
	const row = "b,k,,failed,500,A,m\n"
	for _, tt := range []struct {
		name     string
		data     string
		want     []string // the records, a lone one with a ~ before it
		last     int      // of those that are whole before the file has ended
		lastEnds int      // and when it has
	}{
		{"empty", "", nil, 0, 0},
		{"no line end", "a,b", []string{"a,b"}, 0, 3},
		{"one", "a,b\n", []string{"a,b\n"}, 4, 4},
		{"two", "a\r\nb\n", []string{"a\r\n", "b\n"}, 5, 5},
		{"tail", "a\nb\nc", []string{"a\n", "b\n", "c"}, 4, 5},
		{"quoted line break", "a,\"x\ny\"\nb\n", []string{"a,\"x\ny\"\n", "b\n"}, 10, 10},
		{"doubled quotes", "a,\"x\"\"\n\"\nb", []string{"a,\"x\"\"\n\"\n", "b"}, 9, 10},
		{"open quote", "a\nb,\"x\ny\n", []string{"a\n", "~b,\"x\ny\n"}, 2, 2},
		{"open from the start", "\"a\nb\n", []string{"~\"a\nb\n"}, 0, 0},
		{"lone quotes", "b,k,,failed,500,A,5\" d\n" + row + "b,k,,failed,500,A,7\" d\n" + row, []string{"~b,k,,failed,500,A,5\" d\n", row, "~b,k,,failed,500,A,7\" d\n", row}, 2*len(row) + 46, 2*len(row) + 46},
		{"lone quote and text", "b,k,,failed,500,A,5\" d\nmore\n" + row, []string{"~b,k,,failed,500,A,5\" d\nmore\n", row}, 28 + len(row), 28 + len(row)},
		{"lone quote and the end", row + "b,k,,failed,500,A,5\" d\n", []string{row, "~b,k,,failed,500,A,5\" d\n"}, len(row), len(row)},
		{"quoted row", "b,k,,failed,500,A,\"x\n" + row + "\"\r\n" + row, []string{"b,k,,failed,500,A,\"x\n" + row + "\"\r\n", row}, 24 + 2*len(row), 24 + 2*len(row)},
		{"quoted row at the end", "b,k,,failed,500,A,\"x\n" + row + "\"", []string{"b,k,,failed,500,A,\"x\n" + row + "\""}, 0, 22 + len(row)},
		{"quoted row in a key", "b,\"k\n" + row + "\",,failed,500,A,m\n", []string{"b,\"k\n" + row + "\",,failed,500,A,m\n"}, 23 + len(row), 23 + len(row)},
		{"quote that is closed in another row", "b,k,,failed,500,A,\"x\n" + row + "b,k,,failed,500,A,7\" d\n", []string{"~b,k,,failed,500,A,\"x\n", row, "~b,k,,failed,500,A,7\" d\n"}, 21 + len(row), 21 + len(row)},
		{"uneven quotes over lines", "b,k,,failed,200,P,\"e: {\"\"m\"\":\"T \", \"\"c\"\":\n4}\"\n" + row, []string{"b,k,,failed,200,P,\"e: {\"\"m\"\":\"T \", \"\"c\"\":\n4}\"\n", row}, 46 + len(row), 46 + len(row)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for rest := []byte(tt.data); len(rest) > 0; {
				end, lone := RecordEnd(rest)
				record := string(rest[:end])
				if lone {
					record = "~" + record
				}
				got = append(got, record)
				rest = rest[end:]
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("records are %q, want %q", got, tt.want)
			}
			if last := lastEnd(Extents(nil, []byte(tt.data), false)); last != tt.last {
				t.Errorf("the last record ends at %d, want %d", last, tt.last)
			}
			if last := lastEnd(Extents(nil, []byte(tt.data), true)); last != tt.lastEnds {
				t.Errorf("where nothing follows, the last record ends at %d, want %d", last, tt.lastEnds)
			}
		})
	}
}

func TestStandsAlone(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"b,k,,failed,500,A,5\" d\r\n":  true,
		"b,k,,failed,500,A,5\" d":      true,
		"b,k,,failed,A,404,5\" d\n":    true,
		"b,k\",,failed,500,A,m\n":      true,
		"b,k,,failed,500,A,\"x\n":      false,
		"b,k,,failed,500,A,\"x\" \"\n": false,
		"b,\"k,,failed,500,A,m\n":      false,
		"b,k,,failed,x\",A,m\n":        false,
		"5\" d\n":                      false,
	} {
		if got := StandsAlone([]byte(line)); got != want {
			t.Errorf("StandsAlone(%q) = %t", line, got)
		}
	}
}

// lastEnd is the length of all records.
func lastEnd(extents []Extent) int {
	if len(extents) == 0 {
		return 0
	}
	return extents[len(extents)-1].End
}
