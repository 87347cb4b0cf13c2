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
	noEnv := func(string) (string, bool) { return "", false }
	for _, test := range []struct {
		name  string
		env   func(string) (string, bool)
		stdin io.Reader
		want  string
	}{
		{"in run", func(string) (string, bool) { panic("oh no") }, nil, "batchreport: panic: oh no\n"},
		{"in a goroutine", noEnv, panicking{}, "batchreport: keep standard input: panic: oh no\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"convert", "-", t.TempDir()}, test.env, test.stdin, &stdout, &stderr)
			if code != exitFailed || stdout.Len() > 0 || stderr.String() != test.want {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
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
