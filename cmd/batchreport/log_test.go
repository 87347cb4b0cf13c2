package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/redact"
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
