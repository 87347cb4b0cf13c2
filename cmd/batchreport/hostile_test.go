//go:build unix && !race

// These tests measure memory, and the race detector takes memory of its own.

package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// TestHostile converts what no job writes, each in a process of its own: it ends,
// says why in whole lines without control characters, stays within its memory,
// and touches nothing outside of its destination.
func TestHostile(t *testing.T) {
	t.Parallel()
	slow(t, "converts hundreds of megabytes")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "measured")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	var largest int64
	all := hostiles()
	for _, h := range all {
		// The reports are not converted in parallel, because memory and time are measured.
		t.Run(h.name, func(t *testing.T) { largest = max(largest, h.run(t, program)) })
	}
	t.Logf("%d reports; at most %d MiB", len(all), largest>>20)
}

// hostileMemory is the most memory that converting any of the reports may take. The
// package convert states that much for records of 16 MiB, with the collector's share.
const hostileMemory = 700 << 20

// run converts the report and returns the memory that it took.
func (h *hostile) run(t *testing.T, program string) (rss int64) {
	dir := t.TempDir()
	job := filepath.Join(dir, "in", "r", hostileJob)
	write(t, filepath.Join(dir, "outside", "victim.csv"), "victim")
	data := h.write(t, job)
	before := names(t, dir)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append(append([]string{"convert"}, h.args...), filepath.Join(job, "manifest.json"), filepath.Join(dir, "table"))...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), measuredFile+"="+dir+".peak")
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != h.exit || !strings.Contains(stderr.String(), h.stderr) {
		t.Errorf("exit code %d, want %d; stderr is %.500q, want %q", code, h.exit, stderr.String(), h.stderr)
	}
	for line := range strings.Lines(stderr.String()) {
		if !strings.HasPrefix(line, "batchreport: ") || strings.ContainsFunc(line[:len(line)-1], unicode.IsControl) || len(line) > 2000 {
			t.Errorf("stderr has the line %.200q of %d bytes", line, len(line))
		}
	}
	rss = peak(t, dir+".peak")
	if most := cmp.Or(h.memory, hostileMemory); rss > most {
		t.Errorf("took %d MiB for %d MiB; may take %d MiB", rss>>20, data>>20, most>>20)
	}
	after := names(t, dir)
	for name := range before {
		if !after[name] {
			t.Errorf("%s is gone", name)
		}
	}
	for name := range after {
		rel, inside := strings.CutPrefix(name, "table")
		switch {
		case before[name]:
		case !inside:
			t.Errorf("%q appeared outside of the destination", name)
		case h.exit == 1 && rel != "" && !strings.HasPrefix(rel, "/_batchreport"):
			t.Errorf("a failed run left %q", name)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "outside", "victim.csv")); err != nil || string(got) != "victim" {
		t.Errorf("the victim is %q, %v", got, err)
	}
	return rss
}

// write writes the report and returns the size of its result file.
func (h *hostile) write(t *testing.T, job string) (size int64) {
	var data []byte
	for i, piece := range h.csv {
		n := 1
		if i == 1 {
			n = max(h.repeat, 1)
		}
		data = slices.Grow(data, n*len(piece))
		for range n {
			data = append(data, piece...)
		}
	}
	writeBytes(t, job+"/results/1.csv", data)
	manifest := h.manifest
	if manifest == "" {
		sum := md5.Sum(data)
		manifest = strings.Replace(listing("r/"+hostileJob+"/results/1.csv"), "d41d8cd98f00b204e9800998ecf8427e", hex.EncodeToString(sum[:]), 1)
	}
	write(t, job+"/manifest.json", manifest)
	if h.setup != nil {
		h.setup(t, job)
	}
	return int64(len(data))
}

// measuredFile is the variable of the environment that names the file of runMeasured.
const measuredFile = "MEASURED_FILE"

// runMeasured is batchreport in a process that also writes down its peak of memory.
// What the kernel tells the parent about that includes memory of the parent itself.
func runMeasured() {
	code := run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		err = os.WriteFile(os.Getenv(measuredFile), status, 0o666)
	}
	if err != nil {
		panic(err)
	}
	os.Exit(code)
}

// peak reads what runMeasured wrote, in bytes.
func peak(t *testing.T, name string) (size int64) {
	t.Helper()
	status, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &size); err == nil {
			return size << 10
		}
	}
	t.Fatal("no VmHWM")
	return 0
}

func write(t *testing.T, name, data string) {
	t.Helper()
	writeBytes(t, name, []byte(data))
}

func writeBytes(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, data, 0o666)); err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, name string, size int64) {
	t.Helper()
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
}

// remake replaces a file by what create creates.
func remake(t *testing.T, name string, create func(name string, mode fs.FileMode) error) {
	t.Helper()
	if err := errors.Join(os.Remove(name), create(name, 0o777)); err != nil {
		t.Fatal(err)
	}
}

// names returns the names of all that is below dir.
func names(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		found[strings.TrimPrefix(name, dir+"/")] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
