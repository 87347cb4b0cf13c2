package tally

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func none() (struct{}, int) { return struct{}{}, 0 }

// check compares a table with the true number of rows of each key.
func check(t *testing.T, table *Table[struct{}], truth map[string]int64, rows int64) {
	t.Helper()
	sum := table.Others().Rows
	for i, e := range table.Largest() {
		sum += e.Rows
		if want := truth[e.Key]; want < e.Rows || want > e.Rows+e.Missed {
			t.Errorf("%q: %d rows, and %d more at most; want %d", e.Key, e.Rows, e.Missed, want)
		}
		if i > 0 && table.Largest()[i-1].Rows < e.Rows {
			t.Errorf("%q comes too late", e.Key)
		}
	}
	if sum != rows {
		t.Errorf("%d rows in all; want %d", sum, rows)
	}
	if len(table.entries) > table.limits.Entries || table.bytes > table.limits.Bytes {
		t.Errorf("%d entries of %d bytes; want no more than %+v", len(table.entries), table.bytes, table.limits)
	}
	for key, n := range truth {
		if table.entries[key] == nil && n > table.missed {
			t.Errorf("%q is not there, and has %d rows, more than %d", key, n, table.missed)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		key    func(r *rand.Rand, i int) string
		limits Limits
	}{
		{"few keys", func(r *rand.Rand, _ int) string { return fmt.Sprint(r.IntN(40)) }, Limits{50, 1 << 20}},
		{"each key once", func(_ *rand.Rand, i int) string { return fmt.Sprint(i) }, Limits{50, 1 << 20}},
		{"a few among many", func(r *rand.Rand, i int) string {
			if r.IntN(3) == 0 {
				return fmt.Sprint("often", r.IntN(5))
			}
			return fmt.Sprint(i)
		}, Limits{50, 1 << 20}},
		{"ever more of each", func(r *rand.Rand, i int) string { return fmt.Sprint(r.IntN(1 + i/10)) }, Limits{64, 1 << 20}},
		{"many bytes", func(r *rand.Rand, i int) string { return fmt.Sprintf("%0*d", 1+r.IntN(60), i%300) }, Limits{1000, 1000}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 2))
			whole, truth := New[struct{}](tt.limits), map[string]int64{}
			merged, part := New[struct{}](tt.limits), New[struct{}](tt.limits)
			const rows = 20000
			for i := range rows {
				key := tt.key(r, i)
				truth[key]++
				whole.Add([]byte(key), 1, none)
				part.Add([]byte(key), 1, none)
				if i%7000 == 6999 {
					merged.Merge(part)
					part = New[struct{}](tt.limits)
				}
			}
			merged.Merge(part)
			check(t, whole, truth, rows)
			check(t, merged, truth, rows)
			if most := int64(rows / (tt.limits.Entries / 2)); tt.limits.Bytes > 1000 && whole.missed > most {
				t.Errorf("%d rows of a key can be missed; want %d at most", whole.missed, most)
			}
		})
	}
}

// TestExact: while the keys fit, nothing is an estimate, and a key's value is the first.
func TestExact(t *testing.T) {
	t.Parallel()
	table := New[int](Limits{3, 100})
	for i, key := range []string{"b", "a", "b", "c", "a", "b"} {
		table.Add([]byte(key), 2, func() (int, int) { return i, 8 })
	}
	want := "b 6 0 0, a 4 0 1, c 2 0 3, "
	got := ""
	for _, e := range table.Largest() {
		got += fmt.Sprintf("%s %d %d %d, ", e.Key, e.Rows, e.Missed, e.Value)
	}
	if got != want || table.Others() != (Others{}) {
		t.Errorf("got %s and %+v; want %s and none", got, table.Others(), want)
	}
}

// TestLower: what comes later is told from what comes before, and the first of it is first.
func TestLower(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for size := 1; size < 40; size++ {
		for n := range size {
			all := r.Perm(size)
			got := lower(all, n, func(a, b int) bool { return a < b })
			if len(got) != size-n || got[0] != n || slices.Min(got) != n {
				t.Fatalf("of %d from %d on: %v", size, n, got)
			}
		}
	}
}
