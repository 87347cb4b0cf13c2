package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// writeHeader writes when, on what machine, beside what and on which report was
// measured.
func (b *bench) writeHeader(w io.Writer, title, beside string, on report) {
	fmt.Fprintf(w, "# %s\n\n%s. %s.%s\n\nReport: %s. Rounds: %d, by turns; input in the page cache, output to %s.\n",
		title, time.Now().UTC().Format("2006-01-02 15:04 MST"), machine(), beside, on, b.rounds, memory())
	fmt.Fprintf(w, "While programs ran, others took %.0f %% of the machine, up to %.0f %%: wall times mean as much as that is little.\n",
		median(b.others)*100, slices.Max(b.others)*100)
	if on.rows != fullRows {
		fmt.Fprintf(w, "What is said of must and goal is meant for a report of %d rows.\n", fullRows)
	}
	fmt.Fprintln(w)
}

// versions are those of the peers.
func (b *bench) versions(ctx context.Context) (string, error) {
	node := exec.CommandContext(ctx, "node", filepath.Join(b.config.peers, "versions.js"))
	var stderr bytes.Buffer
	node.Stderr = &stderr
	said, err := node.Output()
	if err != nil {
		return "", fmt.Errorf("ask for the peers' versions: %w: %s", err, tail(stderr.Bytes()))
	}
	return " " + strings.TrimSpace(string(said)) + ".", nil
}

// machine is the processor, its cores, and what Go this is.
func machine() string {
	return fmt.Sprintf("%s, %d cores, %s %s/%s", processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func processor() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(data)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return "unknown processor"
}

// busy is the time that the machine's cores have worked since it was started,
// or 0 where that is not known.
func busy() time.Duration {
	data, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(data), "\n")
	// cpu, then user, nice, system, idle, iowait, irq, softirq and others in
	// hundredths of a second (proc(5)).
	var ticks int64
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseInt(field, 10, 64)
		if err == nil && i <= 7 && i != 4 && i != 5 {
			ticks += n
		}
	}
	return time.Duration(ticks) * (time.Second / 100)
}
