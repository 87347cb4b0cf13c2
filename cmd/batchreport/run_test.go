package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

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
