// Package console is standard error as a command uses it: a log in the form that was asked for,
// and how far a run is, which is a bar on a terminal, and elsewhere a line of the log now and
// then. It knows no command.
package console

import (
	"io"
	"log/slog"
	"sync"
	"time"

	"batchreport/cmd/batchreport/internal/terminal"
)

// Options say which messages are shown and in what form.
type Options struct {
	Quiet, Verbose bool
	Format         string // text (default) or json
}

// level returns the level from which messages are shown.
func (o Options) level() slog.Level {
	switch {
	case o.Quiet:
		return slog.LevelError
	case o.Verbose:
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

// Console is standard error. It takes whole messages, and clears the progress bar
// before it writes one.
type Console struct {
	MayHaveBar bool // whether the user can see a progress bar, and wants one

	w       io.Writer
	options Options
	mu      sync.Mutex
	bar     *bar // nil where there is none
}

// New returns w as a console.
func New(w io.Writer, o Options) *Console {
	return &Console{w: w, options: o, MayHaveBar: terminal.IsTerminal(w) && !o.Quiet && o.Format != "json"}
}

// Write writes a message. The bar is drawn again when it next moves.
func (c *Console) Write(message []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bar != nil {
		if err := c.bar.clear(); err != nil {
			return 0, err
		}
	}
	return c.w.Write(message)
}

// setBar shows a bar on the terminal in place of the one there, or none if bar is nil.
func (c *Console) setBar(bar *bar) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bar != nil {
		_ = c.bar.clear() // fails where the terminal is gone, and the bar with it
	}
	c.bar = bar
}

// moveBar moves the bar on by n bytes.
func (c *Console) moveBar(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bar != nil {
		c.bar.add(n, time.Now())
	}
}
