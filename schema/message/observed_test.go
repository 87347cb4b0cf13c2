package message

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/messages/observed.txt")

// TestObserved splits every message that was seen somewhere, and compares with
// testdata/messages/observed.txt.
func TestObserved(t *testing.T) {
	t.Parallel()
	const golden = "../../testdata/messages/observed.txt"
	file, err := os.Open("../../testdata/reports/observed-rows.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	p := NewParser(nil)
	for i, row := range rows {
		var m Message
		p.Parse(&m, []byte(row[6]), Row{Bucket: []byte(row[0]), Key: []byte(row[1]), VersionID: []byte(row[2])})
		fmt.Fprintf(&got, "# row %d\n%s\n\n%s\n\n", i+1, row[6], describe(&m))
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wants := strings.Split(string(want), "\n# row ")
	gots := strings.Split(got.String(), "\n# row ")
	if len(gots) != len(wants) {
		t.Fatalf("%d rows, want %d", len(gots), len(wants))
	}
	for i := range gots {
		if gots[i] != wants[i] {
			t.Errorf("got\n%s\nwant\n%s", gots[i], wants[i])
		}
	}
}
