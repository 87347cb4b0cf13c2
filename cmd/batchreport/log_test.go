package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"batchreport/cmd/batchreport/internal/console"
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
