package reading

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"batchreport/schema"
)

// Records tells the same whether the cutter has found them or not, and stops when asked to.
func TestBlockRecords(t *testing.T) {
	t.Parallel()
	records := []string{"b,k,,succeeded,200,,\r\n", "\n", "b,k,,failed,500,A,5\" disk\n", "b,k,,failed,500,A,\"x\ny\"\n", "b,k,,succeeded,200,,"}
	for _, found := range []bool{false, true} {
		for n := range len(records) + 1 {
			b := &Block{Data: []byte(strings.Join(records, ""))}
			if found {
				b.findRecords(true)
			}
			var got []string
			for start, record := range b.Records() {
				if len(got) == n {
					break
				}
				got = append(got, string(b.Data[start:record.End]))
				if want := strings.Contains(got[len(got)-1], "disk"); record.Lone != want {
					t.Errorf("found %v: a lone quote in %q: %v; want %v", found, got[len(got)-1], record.Lone, want)
				}
			}
			if !slices.Equal(got, records[:n]) {
				t.Errorf("found %v: got %q; want %q", found, got, records[:n])
			}
		}
	}
	for range (&Block{}).Records() {
		t.Error("an empty block has a record")
	}
}

// A block that is given back twice in a row is used again once, so that two never fill its
// memory, and one of no reader is left alone.
func TestBlockReleasedTwice(t *testing.T) {
	t.Parallel()
	c := &cutter{in: &input{}, maxRecord: 100, pool: &sync.Pool{}}
	b := c.newBlock()
	b.Release()
	b.Release()
	if first, second := c.newBlock(), c.newBlock(); first == second {
		t.Error("a block is in two hands")
	}
	(&Block{Order: schema.OrderObserved}).Release() // is of no reader
}
