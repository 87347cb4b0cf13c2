package console

import (
	"strings"
	"testing"
	"time"
)

// TestBarLine checks that a line says something on every terminal, and is never as
// wide as it.
func TestBarLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		width       int
		done, total int64
		want        string
	}{
		{6, 100e6, 200e6, "50 %"},
		{10, 100e6, 200e6, "50 %"},
		{16, 100e6, 200e6, "50 %, 10 s left"},
		{30, 100e6, 200e6, "50 %, 10 s left"},
		{40, 100e6, 200e6, "50 %, 100 MB of 200 MB, 10 s left"},
		{50, 100e6, 200e6, "50 %, 100 MB of 200 MB, 10 MB/s, 10 s left"},
		{60, 100e6, 200e6, "converting 50 %, 100 MB of 200 MB, 10 MB/s, 10 s left"},
		{80, 100e6, 200e6, "converting [==========          ]  50 %, 100 MB of 200 MB, 10 MB/s, 10 s left"},
		{80, 300e6, 200e6, "converting [==================           ]  100 %, 300 MB of 200 MB, 30 MB/s"},
		{80, 0, 200e6, "converting [                              ]  0 %, 0 B of 200 MB, 0 B/s"},
		{10, 100e6, -1, "100 MB"},
		{20, 100e6, -1, "100 MB, 10 MB/s"},
		{60, 100e6, -1, "converting: read 100 MB in 10 s, 10 MB/s"},
		{1, 1, 2, ""},
	} {
		got := barLine(test.width, "converting", test.done, test.total, 10*time.Second)
		if strings.Contains(got, "[") && strings.Contains(test.want, "[") { // how long the bar is does not matter
			got, test.want = strings.NewReplacer("=", "", " ", "").Replace(got), strings.NewReplacer("=", "", " ", "").Replace(test.want)
		}
		if got != test.want {
			t.Errorf("%d columns: %q, want %q", test.width, got, test.want)
		}
	}
	for width := 1; width < 200; width++ {
		for _, total := range []int64{-1, 0, 1, 5e6, 12e15} {
			for _, done := range []int64{0, 1, 999, 4e6, 12e15} {
				for _, elapsed := range []time.Duration{0, time.Millisecond, time.Hour, 1000 * time.Hour} {
					if got := barLine(width, "converting", done, total, elapsed); len(got) >= width && width > 1 || width >= 10 && got == "" {
						t.Errorf("%d columns, %d of %d after %s: %q", width, done, total, elapsed, got)
					}
				}
			}
		}
	}
}
