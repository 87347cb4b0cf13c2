package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSameBytes pins the bytes that flags give: figures of different days, and
// those in the documentation, are about the same reports.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, args, want string }{
		{"mixed", "-rows 2000 -files 8 -seed 1", "43a7ecdffef0a06c"},
		{"order and line ends", "-rows 2000 -files 1 -seed 3 -order schema -eol lf", "5992b12322d14405"},
		{"errors", "-rows 1000 -mix errors -files 3", "302062767dc1c541"},
		{"copy", "-rows 1000 -mix copy -versions 0 -files 30", "8919e7dfb260cbc2"},
		{"lambda", "-rows 2000 -mix lambda -seed 7 -report-bucket other", "7338af0bc084d10c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := sumOf(t, generate(t, test.args)); got != test.want {
				t.Errorf("%s: sum %s, want %s", test.args, got, test.want)
			}
		})
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	dir := generate(t, "-rows 5000 -files 4 -codes 20")
	codes := map[string]int{}
	each(t, dir, func(name string, data []byte) {
		if !strings.HasSuffix(name, ".csv") {
			return
		}
		for line := range strings.Lines(string(data)) {
			codes[strings.Split(line, ",")[5]]++
		}
	})
	if len(codes) != 21 || codes[""] < 3000 || codes["Code0019"] < 10 {
		t.Errorf("rows by code: %v; want none for the succeeded and 20 others", codes)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, args, want string }{
		{"no folder", "-rows 1", "-out is required"},
		{"mix", "-out DIR -mix none", `unknown mix "none"`},
		{"order", "-out DIR -order none", `unknown order "none"`},
		{"line ends", "-out DIR -eol cr", `unknown end of lines "cr"`},
		{"no files", "-out DIR -files 0", "cannot be negative"},
		{"argument", "-out DIR more", `unexpected argument "more"`},
		{"a file in the way", "-out " + file, "not a directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := run(io.Discard, strings.Fields(strings.ReplaceAll(test.args, "DIR", filepath.Join(dir, "out"))))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("wrong usage left a report")
	}
}

// generate returns the folder of a report.
func generate(t *testing.T, args string) string {
	t.Helper()
	dir := t.TempDir()
	var said bytes.Buffer
	if err := run(&said, append([]string{"-out", dir}, strings.Fields(args)...)); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(said.String(), dir) {
		t.Errorf("it said %q", said.String())
	}
	return dir
}

// sumOf is a sum of the names and bytes of the files in a folder.
func sumOf(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	each(t, dir, func(name string, data []byte) { fmt.Fprintf(sum, "%s %x\n", name, sha256.Sum256(data)) })
	return fmt.Sprintf("%x", sum.Sum(nil))[:16]
}

func each(t *testing.T, dir string, file func(name string, data []byte)) {
	t.Helper()
	root := os.DirFS(dir)
	if err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err == nil {
			file(name, data)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
