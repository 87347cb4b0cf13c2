package console

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"batchreport/cmd/batchreport/internal/terminal"
)

// NewLog returns the log that the options ask for. redact takes out of a text what nobody is
// to see.
func (c *Console) NewLog(redact func(string) string) *slog.Logger {
	if c.options.Format == "json" {
		return slog.New(slog.NewJSONHandler(terminal.JSONWriter{W: c}, &slog.HandlerOptions{Level: c.options.level(), ReplaceAttr: redacted(redact)}))
	}
	return slog.New(&textHandler{w: c, level: c.options.level(), redact: redact})
}

// redacted returns what redacts a message, or an attribute of one.
func redacted(redact func(string) string) func([]string, slog.Attr) slog.Attr {
	return func(_ []string, attr slog.Attr) slog.Attr {
		switch value := attr.Value.Resolve(); value.Kind() {
		case slog.KindString:
			attr.Value = slog.StringValue(redact(value.String()))
		case slog.KindAny:
			if _, ok := value.Any().(fmt.Stringer); !ok {
				if _, ok := value.Any().(error); !ok {
					return attr
				}
			}
			attr.Value = slog.StringValue(redact(value.String()))
		}
		return attr
	}
}

// HintKey is the attribute of an error that says what the user can do.
const HintKey = "hint"

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
		if a.Key == HintKey {
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
