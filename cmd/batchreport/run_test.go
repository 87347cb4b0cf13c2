package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// TestPanic checks that a panic is an error like any other: Go's own exit code
// for it is that of wrong usage.
func TestPanic(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		args   []string
		stdin  io.Reader
		stdout io.Writer
		want   string
	}{
		{"in run", []string{"help"}, nil, panicking{}, "batchreport: panic: oh no\n"},
		{"in a goroutine", []string{"convert", "-", t.TempDir()}, panicking{}, io.Discard, "batchreport: keep standard input: panic: oh no\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			code := run(t.Context(), test.args, nil, test.stdin, test.stdout, &stderr)
			if code != exitFailed || stderr.String() != test.want {
				t.Errorf("exit code %d, stderr %q", code, stderr.String())
			}
		})
	}
}

func TestExitOf(t *testing.T) {
	t.Parallel()
	held, unknown, other := &ledger.HeldError{Job: "a"}, fmt.Errorf("write a: %w", storage.ErrUnknown), errors.New("other")
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"other", other, exitFailed},
		{"held", held, exitHeld},
		{"all held", errors.Join(held, held), exitHeld},
		{"held and another", errors.Join(held, other), exitFailed},
		{"unknown", unknown, exitUnknown},
		{"unknown and others", errors.Join(other, held, unknown), exitUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := exitOf(test.err); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("oh no") }

func (panicking) Write([]byte) (int, error) { panic("oh no") }

func TestExit(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancelCause(context.Background())
	interrupted := errors.New("interrupt signal received")
	cancel(interrupted)
	row := &ledger.RowError{Object: "a.csv", Row: 3, Offset: 70, Length: 9, Reason: "3 columns, not 7"}
	for _, test := range []struct {
		name   string
		ctx    context.Context
		err    error
		code   int
		stderr string
	}{
		{"done", t.Context(), nil, 0, ""},
		{"done in time", cancelled, nil, 0, ""},
		{"rejects", t.Context(), errRejects, 3, ""},
		{"failed", t.Context(), errors.New("read x: gone"), 1, "batchreport: read x: gone\n"},
		{"several", t.Context(), errors.Join(errors.New("a"), errors.Join(errors.New("b"), errors.New("c"))), 1, "batchreport: a\nbatchreport: b\nbatchreport: c\n"},
		{"lines", t.Context(), fmt.Errorf("x: %w", errors.Join(errors.New("a"), errors.New("b"))), 1, "batchreport: x: a; b\n"},
		{"row", t.Context(), fmt.Errorf("convert: %w", row), 1, "batchreport: convert: a.csv: row 3 at byte 70: 3 columns, not 7\nbatchreport: hint: --max-rejects N keeps up to N such rows in a rejects file and converts the others\n"},
		{"store", t.Context(), &storage.Error{Op: "read", Name: "x", Err: fs.ErrNotExist, Hint: "look elsewhere"}, 1, "batchreport: read x: file does not exist\nbatchreport: hint: look elsewhere\n"},
		{"usage", t.Context(), &usageError{command: "convert", err: errors.New("no")}, 2, "batchreport: no\nbatchreport: hint: batchreport convert --help lists the flags\n"},
		{"interrupted", cancelled, fmt.Errorf("read x: %w", interrupted), 130, "batchreport: interrupted\n"},
		{"interrupted late", cancelled, errors.Join(errors.New("job a failed"), context.Canceled), 130, "batchreport: job a failed\nbatchreport: interrupted\n"},
		{"interrupted with an unknown outcome", cancelled, errors.Join(context.Canceled, fmt.Errorf("publish x: %w: %w", storage.ErrUnknown, interrupted)), 5, "batchreport: publish x: the outcome is unknown: interrupt signal received\nbatchreport: hint: run the same command again: it finds out what became of it, and goes on\nbatchreport: interrupted\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			a := &app{stderr: &stderr}
			a.setLog(console.Options{})
			if code := a.exit(test.ctx, test.err); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if got := stderr.String(); got != test.stderr {
				t.Errorf("got\n%s\nwant\n%s", got, test.stderr)
			}
		})
	}
}
