package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/environ"
	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/redact"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// TestBarBesideRows checks that there is no bar where the rows may be read on the
// same terminal, by whomever.
func TestBarBesideRows(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "rows"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, test := range []struct {
		name, dest string
		stdout     *os.File
		want       bool
	}{
		{"a folder", "out", w, true},
		{"rows to a pipe", storage.Stdio, w, false},
		{"rows to a file", storage.Stdio, file, true},
	} {
		a := &app{stdout: test.stdout, stderr: &bytes.Buffer{}}
		a.setLog(console.Options{})
		a.console.MayHaveBar = true
		if got := a.newProgress("converting", test.dest).HasBar; got != test.want {
			t.Errorf("%s: a bar %t, want %t", test.name, got, test.want)
		}
	}
}

func TestLogJSON(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	a := &app{stderr: &stderr}
	a.setLog(console.Options{Format: "json"})
	a.report(&storage.Error{Op: "read", Name: "x\x1b", Err: fs.ErrNotExist, Hint: "look elsewhere"})
	var line struct{ Level, Msg, Hint string }
	if err := json.Unmarshal(stderr.Bytes(), &line); err != nil {
		t.Fatalf("%s: %v", stderr.Bytes(), err)
	}
	if line.Level != "ERROR" || line.Msg != `read "x\x1b": file does not exist` || line.Hint != "look elsewhere" {
		t.Errorf("got %+v", line)
	}
}

// TestRedactLog checks that secrets are in no message and in none of its attributes.
func TestRedactLog(t *testing.T) {
	t.Parallel()
	env := map[string]string{"AWS_SECRET_ACCESS_KEY": "SENTINELKEY", "AWS_SESSION_TOKEN": "SENTINELTOKEN", "AWS_ENDPOINT_URL": "http://user:SENTINELPASS@h"}
	for _, format := range []string{"text", "json"} {
		var stderr bytes.Buffer
		a := &app{stderr: &stderr, secrets: redact.Of(lookup(env))}
		a.setLog(console.Options{Verbose: true, Format: format})
		for _, secret := range []string{"SENTINELKEY", "SENTINELTOKEN", "https://u:SENTINELOTHER@h", "?X-Amz-Signature=SENTINELSIG", "http://user:SENTINELPASS@h", "SENTINELPASS"} {
			a.log.With("with", secret).WithGroup("g").Debug("x"+secret+" y", "attr", secret, "error", errors.New(secret), slog.Group("h", "i", secret), console.HintKey, secret)
			a.report(errors.New(secret))
		}
		if got := stderr.String(); strings.Contains(got, "SENTINEL") || !strings.Contains(got, "***") {
			t.Errorf("%s: got %s", format, got)
		}
	}
}

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
		{"rejects", t.Context(), exit.ErrRejects, 3, ""},
		{"failed", t.Context(), errors.New("read x: gone"), 1, "batchreport: read x: gone\n"},
		{"several", t.Context(), errors.Join(errors.New("a"), errors.Join(errors.New("b"), errors.New("c"))), 1, "batchreport: a\nbatchreport: b\nbatchreport: c\n"},
		{"lines", t.Context(), fmt.Errorf("x: %w", errors.Join(errors.New("a"), errors.New("b"))), 1, "batchreport: x: a; b\n"},
		{"row", t.Context(), fmt.Errorf("convert: %w", row), 1, "batchreport: convert: a.csv: row 3 at byte 70: 3 columns, not 7\nbatchreport: hint: --max-rejects N keeps up to N such rows in a rejects file and converts the others\n"},
		{"store", t.Context(), &storage.Error{Op: "read", Name: "x", Err: fs.ErrNotExist, Hint: "look elsewhere"}, 1, "batchreport: read x: file does not exist\nbatchreport: hint: look elsewhere\n"},
		{"usage", t.Context(), &fault.Usage{Command: "convert", Err: errors.New("no")}, 2, "batchreport: no\nbatchreport: hint: batchreport convert --help lists the flags\n"},
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

// A command collects garbage as it asks for until it ends, unless the environment says how.
// It is not parallel: the share is that of the process.
func TestSetGC(t *testing.T) {
	share := func() int {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return now
	}
	before := share()
	reset := (&app{}).setGC(17)
	if got := share(); got != 17 {
		t.Errorf("the share is %d, want 17", got)
	}
	reset()
	if got := share(); got != before {
		t.Errorf("the share is %d behind the command, want %d", got, before)
	}
	defer (&app{env: environ.Vars{"GOGC=33"}}).setGC(17)()
	if got := share(); got != before {
		t.Errorf("the share is %d where the environment says it, want %d", got, before)
	}
}
