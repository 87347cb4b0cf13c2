package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shell is a program that runs a script with the report as $1 and where to
// write as $2.
func shell(name, script string) program {
	return program{name: name, args: []string{"sh", "-c", script, "sh"}}
}

func testBench(t *testing.T) *bench {
	t.Helper()
	return &bench{config: config{rounds: 3, data: t.TempDir()}, scratch: t.TempDir(), log: io.Discard}
}

func TestByTurns(t *testing.T) {
	t.Parallel()
	b := testBench(t)
	log := filepath.Join(t.TempDir(), "log")
	writes := func(name, bytes string) program {
		p := shell(name, "echo "+name+` >>"$1"/log; mkdir "$2" "$2"/_batchreport && printf record >"$2"/_batchreport/r && printf `+bytes+` >"$2"/part`)
		p.in = filepath.Dir(log)
		p.on.job = t.TempDir()
		return p
	}
	all, err := b.byTurns(t.Context(), writes("first", "1234"), writes("second", "12"))
	if err != nil {
		t.Fatal(err)
	}
	if said, err := os.ReadFile(log); err != nil || strings.Join(strings.Fields(string(said)), " ") != "first second second first first second" {
		t.Errorf("order %q, %v", said, err)
	}
	for i, bytes := range []int64{4, 2} {
		if u := all[i].usages[0]; len(all[i].usages) != 3 || u.bytes != bytes || u.files != 1 || u.wall <= 0 || u.cpu < 0 {
			t.Errorf("usage %+v, want %d bytes in one file", u, bytes)
		}
	}
	if _, err := os.Stat(b.out()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the last output is there: %v", err)
	}
	if r := over(outputSize, all[0], all[1]); r != (ratio{2, 2, 2}) {
		t.Errorf("ratio %v, want 2", r)
	}
}

func TestRunsThatFail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, script, want string }{
		{"exit status", "echo said before; echo broken >&2; exit 3", "run it: exit status 3: said before\nbroken"},
		{"no output", "true", "look at what it wrote"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := shell("it", test.script)
			p.on.job = t.TempDir()
			if _, err := testBench(t).byTurns(t.Context(), p); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestPrepare checks that a report counts as made only when all of it is. It
// runs alone: a program that another test starts while a script is being written
// would hold that script open, and a file open for writing cannot be run.
func TestPrepare(t *testing.T) {
	b := testBench(t)
	b.gen = filepath.Join(t.TempDir(), "gen")
	script := func(lines string) {
		t.Helper()
		if err := os.WriteFile(b.gen, []byte("#!/bin/sh\nmkdir -p \"$2\"/job-1/results\nprintf row >\"$2\"/job-1/results/a.csv\n"+lines), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	r := report{mix: "mixed", rows: 1, files: 1}
	script("echo disk full; exit 1\n")
	if _, err := b.prepare(t.Context(), r); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
	script("")
	if _, err := b.prepare(t.Context(), r); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a manifest: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(b.data, "mixed-1-1-0")); err != nil {
		t.Fatal(err)
	}
	script("touch \"$2\"/job-1/manifest.json\n")
	made, err := b.prepare(t.Context(), r)
	if err != nil || made.bytes != 3 || made.files != 1 {
		t.Errorf("made %+v, %v", made, err)
	}
	script("exit 1\n")
	if again, err := b.prepare(t.Context(), r); err != nil || again != made {
		t.Errorf("again %+v, %v", again, err)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, nil, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, args, want string }{
		{"no command", "-binary PROGRAM -gen PROGRAM", "either peers, scale or protocol"},
		{"another command", "-binary PROGRAM -gen PROGRAM race", "either peers, scale or protocol"},
		{"no program", "-binary PROGRAM.gone -gen PROGRAM peers", "find program"},
		{"no rounds", "-rounds 0 peers", "at least 1"},
		{"sizes", "-sizes 1,x peers", `-sizes: "x" is no number of rows`},
		{"flag", "-none", "not defined"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := run(t.Context(), io.Discard, io.Discard, strings.Fields(strings.ReplaceAll(test.args, "PROGRAM", program)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"one", []float64{3}, 3},
		{"odd", []float64{9, 1, 5}, 5},
		{"even", []float64{4, 1, 2, 9}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := median(test.values); got != test.want {
				t.Errorf("median of %v is %v, want %v", test.values, got, test.want)
			}
		})
	}
}
