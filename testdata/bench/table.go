package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"
)

// table writes a Markdown table.
func table(w io.Writer, header []string, lines [][]string) {
	rule := strings.Repeat("|---", len(header)) + "|"
	fmt.Fprintf(w, "| %s |\n%s\n", strings.Join(header, " | "), rule)
	for _, line := range lines {
		fmt.Fprintf(w, "| %s |\n", strings.Join(line, " | "))
	}
}

// figuresAre says what figures are.
const figuresAre = "Figures: wall s / CPU s / peak RSS MiB / output MB / files, the median of the rounds, for memory the most."

// writePairs writes one line for each pair.
func writePairs(w io.Writer, pairs []pair) {
	fmt.Fprintf(w, "%s Ratios are the peer's over ours, the median of the rounds' (least to most).\n\n", figuresAre)
	var lines [][]string
	for _, p := range pairs {
		cpu := over(cpuSeconds, p.peer, p.ours)
		lines = append(lines, []string{
			p.work, p.ours.figures(), p.peer.name, p.peer.figures(), cpu.String(),
			bound("≥", p.must, cpu.median >= p.must), bound("≥", p.goal, cpu.median >= p.goal),
			fmt.Sprintf("%.2f", over(wallSeconds, p.peer, p.ours).median), fmt.Sprintf("%.2f", over(outputSize, p.peer, p.ours).median),
		})
	}
	table(w, []string{"work", "batchreport", "peer", "its figures", "CPU ratio", "must", "goal", "wall ratio", "size ratio"}, lines)
}

// figures are the medians of what a program took, and its most memory.
func (m *measured) figures() string {
	return fmt.Sprintf("%.1f / %.1f / %s / %.0f / %d", median(m.each(wallSeconds)), median(m.each(cpuSeconds)), mebi(m.rss()),
		median(m.each(outputSize))/1e6, m.usages[0].files)
}

// limit is a figure that must not exceed another one.
type limit struct {
	what       string
	must, goal float64
	is         float64
}

func writeLimits(w io.Writer, limits []limit) {
	fmt.Fprintln(w)
	var lines [][]string
	for _, l := range limits {
		lines = append(lines, []string{l.what, fmt.Sprintf("**%.4g**", l.is), bound("≤", l.must, l.is <= l.must), bound("≤", l.goal, l.is <= l.goal)})
	}
	table(w, []string{"limit (memory in MiB)", "is", "must", "goal"}, lines)
}

// bound says what a figure must be, and whether it is; nothing for no bound.
func bound(sign string, than float64, met bool) string {
	switch {
	case than == 0:
		return ""
	case met:
		return fmt.Sprintf("%s %g: met", sign, than)
	default:
		return fmt.Sprintf("%s %g: **missed**", sign, than)
	}
}

func mebibytes(m *measured) float64 { return float64(m.rss() >> 20) }

func mebi(bytes int64) string { return fmt.Sprint(bytes >> 20) }

func size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }
