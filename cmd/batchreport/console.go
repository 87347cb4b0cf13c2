package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"batchreport/cmd/batchreport/internal/terminal"
)

// logOptions say which messages are shown and in what form.
type logOptions struct {
	quiet, verbose bool
	format         string // text (default) or json
}

// console is standard error. It takes whole messages, and clears the progress bar
// before it writes one.
type console struct {
	w          io.Writer
	mayHaveBar bool // whether the user can see a progress bar, and wants one
	mu         sync.Mutex
	bar        *bar // nil where there is none
}

// Write writes a message. The bar is drawn again when it next moves.
func (c *console) Write(message []byte) (int, error) {
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
func (c *console) setBar(bar *bar) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bar != nil {
		_ = c.bar.clear() // fails where the terminal is gone, and the bar with it
	}
	c.bar = bar
}

// moveBar moves the bar on by n bytes.
func (c *console) moveBar(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bar != nil {
		c.bar.add(n, time.Now())
	}
}

// setLog makes the log that the options ask for.
func (a *app) setLog(o logOptions) {
	level := slog.LevelInfo
	switch {
	case o.quiet:
		level = slog.LevelError
	case o.verbose:
		level = slog.LevelDebug
	}
	a.console = &console{w: a.stderr, mayHaveBar: terminal.IsTerminal(a.stderr) && !o.quiet && o.format != "json"}
	if o.format == "json" {
		a.log = slog.New(slog.NewJSONHandler(terminal.JSONWriter{W: a.console}, &slog.HandlerOptions{Level: level, ReplaceAttr: a.redactAttr}))
		return
	}
	a.log = slog.New(&textHandler{w: a.console, level: level, redact: a.redact})
}

// redactAttr redacts a message or an attribute of one.
func (a *app) redactAttr(_ []string, attr slog.Attr) slog.Attr {
	switch value := attr.Value.Resolve(); value.Kind() {
	case slog.KindString:
		attr.Value = slog.StringValue(a.redact(value.String()))
	case slog.KindAny:
		if _, ok := value.Any().(fmt.Stringer); !ok {
			if _, ok := value.Any().(error); !ok {
				return attr
			}
		}
		attr.Value = slog.StringValue(a.redact(value.String()))
	}
	return attr
}

// hintKey is the attribute of an error that says what the user can do.
const hintKey = "hint"

// textHandler writes a message as "batchreport: message key=value", and its hint as
// another line.
type textHandler struct {
	w      io.Writer
	level  slog.Level
	redact func(string) string
	attrs  string // formatted, with a leading space
	group  string // with a trailing dot
}

// Enabled implements slog.Handler.
func (h *textHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// WithAttrs implements slog.Handler.
func (h *textHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	for _, a := range attrs {
		with.attrs += h.format(a)
	}
	return &with
}

// WithGroup implements slog.Handler.
func (h *textHandler) WithGroup(name string) slog.Handler {
	with := *h
	with.group += name + "."
	return &with
}

// Handle implements slog.Handler.
func (h *textHandler) Handle(_ context.Context, r slog.Record) error {
	prefix := ""
	switch {
	case r.Level < slog.LevelInfo:
		prefix = "debug: "
	case r.Level == slog.LevelWarn:
		prefix = "warning: "
	}
	line := "batchreport: " + prefix + terminal.Visible(h.redact(r.Message)) + h.attrs
	hint := ""
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == hintKey {
			hint = "batchreport: hint: " + terminal.Visible(h.redact(a.Value.String())) + "\n"
		} else {
			line += h.format(a)
		}
		return true
	})
	_, err := io.WriteString(h.w, line+"\n"+hint)
	return err
}

func (h *textHandler) format(a slog.Attr) string {
	value := h.redact(a.Value.Resolve().String())
	if value == "" || strings.ContainsAny(value, ` ="`) {
		value = strconv.Quote(value)
	}
	return fmt.Sprintf(" %s%s=%s", h.group, a.Key, terminal.Visible(value))
}
