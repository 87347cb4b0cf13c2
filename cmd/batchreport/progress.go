package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/convert/storage"
)

// logEvery is how often progress is logged where no bar can be shown.
const logEvery = 5 * time.Second

// progress shows how far a run is: by a bar on a terminal, elsewhere by a line of the
// log now and then.
type progress struct {
	console     *console
	log         *slog.Logger
	bar         bool
	doing       string // what the bar says is being done
	total, done int64
	start, last time.Time
}

// newProgress returns the progress of a run on dest; doing says what the run does.
func (a *app) newProgress(doing, dest string) *progress {
	// The bar would be among the rows where both are on the terminal, also behind a
	// pipe: what reads there writes where it likes.
	rowsShown := dest == storage.Stdio && !isFile(a.stdout)
	return &progress{console: a.console, log: a.log, bar: a.console.mayHaveBar && !rowsShown, doing: doing}
}

// isFile reports whether w is a regular file.
func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// plan begins the progress. size is the number of bytes to read, or -1 where that is
// not known.
func (p *progress) plan(size int64) {
	p.total, p.start = size, time.Now()
	p.last = p.start
	if p.bar {
		p.console.setBar(&bar{w: p.console.w, doing: p.doing, total: size, start: p.start, last: p.start})
	}
}

// read counts n bytes that were read.
func (p *progress) read(n int) {
	p.done += int64(n)
	if p.bar {
		p.console.moveBar(n)
		return
	}
	now := time.Now()
	if now.Sub(p.last) < logEvery {
		return
	}
	p.last = now
	p.log.Info(p.line(now.Sub(p.start)))
}

// line returns a line that says how far the run is after the time elapsed.
func (p *progress) line(elapsed time.Duration) string {
	rate := float64(p.done) / elapsed.Seconds()
	left := float64(p.total-p.done) / rate
	if left < 0 || p.done == 0 {
		return fmt.Sprintf("read %s, %s/s", human.Bytes(p.done), human.Bytes(int64(rate)))
	}
	return fmt.Sprintf("read %s of %s, %s/s, %s left", human.Bytes(p.done), human.Bytes(p.total), human.Bytes(int64(rate)), human.Span(time.Duration(left*float64(time.Second))))
}

// end takes the bar away.
func (p *progress) end() {
	if p.bar {
		p.console.setBar(nil)
	}
}
