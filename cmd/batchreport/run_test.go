package main

import (
	"bytes"
	"io"
	"testing"

	"batchreport/cmd/batchreport/internal/exit"
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
			if code != exit.Failed || stderr.String() != test.want {
				t.Errorf("exit code %d, stderr %q", code, stderr.String())
			}
		})
	}
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("oh no") }

func (panicking) Write([]byte) (int, error) { panic("oh no") }
