package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// comparison is a program beside the same with something changed.
type comparison struct {
	what     string
	one      *measured
	of       string // what other is
	other    *measured
	cpu      float64 // at most so much more CPU, 0 for no bound
	wall     float64 // at most so much more wall
	atLeast  float64 // or at least
	footnote string
}

// keptBytes is how large a report may be that is kept for the next time.
const keptBytes = 5e9

// scale measures what changes with the report's files, its size, cores and stores.
// All of it is task b.
func (b *bench) scale(ctx context.Context, w io.Writer) error {
	large, err := b.prepare(ctx, report{mix: "mixed", rows: b.rows, files: 32})
	if err != nil {
		return err
	}
	var all []comparison
	for _, measure := range []func(context.Context, report) (comparison, error){b.oneFile, b.manyFiles, b.s3, b.cores} {
		c, err := measure(ctx, large)
		if err != nil {
			return err
		}
		all = append(all, c)
	}
	sizes, err := b.bySize(ctx)
	if err != nil {
		return err
	}
	b.writeHeader(w, "How batchreport scales", "", large)
	writeComparisons(w, all)
	writeSizes(w, sizes)
	return nil
}

func (b *bench) split(name string, on report) program {
	return b.ours(name, on, splitFlags("--partition-by", "none")...)
}

// oneFile compares a report that is one file. A file holds rows of one status,
// so it is a report of failed rows, and so is what it is compared with.
func (b *bench) oneFile(ctx context.Context, _ report) (comparison, error) {
	one, err := b.prepare(ctx, report{mix: "errors", rows: b.rows, files: 1})
	if err != nil {
		return comparison{}, err
	}
	several, err := b.prepare(ctx, report{mix: "errors", rows: b.rows, files: 32})
	if err != nil {
		return comparison{}, err
	}
	m, err := b.byTurns(ctx, b.split("one file", one), b.split("32 files", several))
	if err != nil {
		return comparison{}, err
	}
	return comparison{
		what: "one file", one: m[0], of: "32 files", other: m[1], wall: 1.15,
		footnote: fmt.Sprintf("a result file holds rows of one status, so both are reports of failed rows only: %s", one),
	}, nil
}

// manyFiles compares a report of files of 200 KB.
func (b *bench) manyFiles(ctx context.Context, large report) (comparison, error) {
	many, err := b.prepare(ctx, report{mix: "mixed", rows: b.rows, files: int(max(b.rows/470, 2))})
	if err != nil {
		return comparison{}, err
	}
	m, err := b.byTurns(ctx, b.split("many files", many), b.split("32 files", large))
	if err != nil {
		return comparison{}, err
	}
	return comparison{what: fmt.Sprintf("%d files", many.files), one: m[0], of: "32 files", other: m[1], cpu: 1.3, wall: 1.3}, nil
}

// s3 compares a report and a table that are on an S3 server. What the server
// takes is in the wall time, since it has the same cores, and not in CPU seconds.
func (b *bench) s3(ctx context.Context, large report) (comparison, error) {
	folder, err := filepath.Abs(filepath.Join(b.data, "s3"))
	if err != nil {
		return comparison{}, err
	}
	if err := os.RemoveAll(folder); err != nil { // of a run that was killed
		return comparison{}, err
	}
	defer os.RemoveAll(folder)
	server, err := startServer(ctx, b.versitygw, folder)
	if err != nil {
		return comparison{}, err
	}
	defer server.stop()
	if err := server.upload(ctx, large.job); err != nil {
		return comparison{}, err
	}
	p := b.split("S3 to S3", large)
	p.env = server.env()
	p.in = server.url(filepath.Base(large.job))
	p.out, p.dir = server.url("out"), server.path("out")
	m, err := b.byTurns(ctx, p, b.split("disk to disk", large))
	if err != nil {
		return comparison{}, err
	}
	return comparison{
		what: "S3 to S3", one: m[0], of: "disk to disk", other: m[1], cpu: 1.5,
		footnote: "the server (versitygw) has the same cores: its work is in the wall time, and not in the CPU seconds",
	}, nil
}

// cores compares one core with two.
func (b *bench) cores(ctx context.Context, large report) (comparison, error) {
	m, err := b.byTurns(ctx, b.split("one core", large).onCores(1), b.split("two cores", large).onCores(2))
	if err != nil {
		return comparison{}, err
	}
	c := comparison{what: "one core", one: m[0], of: "two cores", other: m[1], atLeast: 1.85}
	if runtime.NumCPU() < 2 {
		c.footnote = "this machine has one core"
	}
	return c, nil
}

// bySize measures reports of several sizes. Those that are too large to keep
// are deleted.
func (b *bench) bySize(ctx context.Context) ([]*measured, error) {
	var programs []program
	for _, rows := range b.sizes {
		r, err := b.prepare(ctx, report{mix: "mixed", rows: rows, files: 32})
		if err != nil {
			return nil, err
		}
		if r.bytes > keptBytes {
			defer os.RemoveAll(filepath.Dir(r.job))
		}
		programs = append(programs, b.split(size(r.bytes), r))
	}
	return b.byTurns(ctx, programs...)
}

func writeComparisons(w io.Writer, all []comparison) {
	fmt.Fprintf(w, "Task b, input verified. %s Ratios are the first over the second, the median of the rounds' (least to most).\n\n", figuresAre)
	var lines [][]string
	for _, c := range all {
		cpu, wall := over(cpuSeconds, c.one, c.other), over(wallSeconds, c.one, c.other)
		must := bound("≤", c.wall, wall.median <= c.wall)
		if c.atLeast != 0 {
			must = bound("≥", c.atLeast, wall.median >= c.atLeast)
		}
		lines = append(lines, []string{
			c.what, c.one.figures(), c.of, c.other.figures(),
			wall.String(), must, cpu.String(), bound("≤", c.cpu, cpu.median <= c.cpu),
		})
	}
	table(w, []string{"what", "its figures", "compared with", "its figures", "wall ratio", "must", "CPU ratio", "must"}, lines)
	for _, c := range all {
		if c.footnote != "" {
			fmt.Fprintf(w, "\n%s: %s.\n", c.what, c.footnote)
		}
	}
}

func writeSizes(w io.Writer, sizes []*measured) {
	fmt.Fprintf(w, "\nBy size of the report, 32 files:\n\n")
	var lines [][]string
	for _, m := range sizes {
		perGB := func(u usage) float64 { return cpuSeconds(u) / float64(m.on.bytes) * 1e9 }
		lines = append(lines, []string{m.on.String(), m.figures(), fmt.Sprintf("%.2f", median(m.each(perGB)))})
	}
	table(w, []string{"report", "figures", "CPU s per GB"}, lines)
}
