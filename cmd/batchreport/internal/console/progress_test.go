package console

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/terminal"
)

func TestProgressLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		total, done int64
		want        string
	}{
		{"half", 200e6, 100e6, "read 100 MB of 200 MB, 10 MB/s, 10 s left"},
		{"unknown size", -1, 100e6, "read 100 MB, 10 MB/s"},
		{"nothing yet", 200e6, 0, "read 0 B, 0 B/s"},
		{"more than planned", 50e6, 100e6, "read 100 MB, 10 MB/s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := Progress{total: test.total, done: test.done}
			if got := p.line(10 * time.Second); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestProgressWithoutTerminal checks that lines come now and then, and that
// they hold no control characters.
func TestProgressWithoutTerminal(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	c := New(&stderr, Options{})
	p := c.NewProgress(c.NewLog(asIs), "converting", true)
	p.Plan(100)
	p.Read(10)
	if stderr.Len() > 0 {
		t.Errorf("too early: %q", stderr.String())
	}
	p.last = p.last.Add(-logEvery)
	p.Read(10)
	p.Read(10)
	p.End()
	if got := stderr.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "batchreport: read 20 B of 100 B, ") || terminal.Visible(strings.TrimSpace(got)) != strings.TrimSpace(got) {
		t.Errorf("got %q", got)
	}
}

// TestProgressBar checks that a message takes the bar away and that the bar
// leaves nothing behind.
func TestProgressBar(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	c := New(&stderr, Options{})
	c.MayHaveBar = true
	log := c.NewLog(asIs)
	p := c.NewProgress(log, "converting", true)
	p.Plan(100)
	p.Read(50)
	log.Warn("look here")
	p.Read(50)
	p.End()
	log.Info("done")
	shown := screen(stderr.String())
	if want := []string{"batchreport: warning: look here", "batchreport: done"}; strings.Join(shown, "\n") != strings.Join(want, "\n") {
		t.Errorf("the terminal shows %q, want %q", shown, want)
	}
}

// screen returns the lines that a terminal shows after output with carriage returns and
// line feeds.
func screen(output string) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(output, "\n"), "\n") {
		shown := []rune{}
		column := 0
		for _, r := range strings.ReplaceAll(line, "\x1b[2K", "") {
			if r == '\r' {
				column = 0
				continue
			}
			shown = append(shown[:min(column, len(shown))], append([]rune{r}, shown[min(column+1, len(shown)):]...)...)
			column++
		}
		lines = append(lines, strings.TrimRight(string(shown), " "))
	}
	return lines
}
