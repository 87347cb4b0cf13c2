package console

import (
	"fmt"
	"log/slog"
	"time"

	"batchreport/cmd/batchreport/internal/human"
)

// logEvery is how often progress is logged where no bar can be shown.
const logEvery = 5 * time.Second

// Progress shows how far a run is: by a bar on a terminal, elsewhere by a line of the
// log now and then.
type Progress struct {
	HasBar bool // whether it is shown by a bar

	console     *Console
	log         *slog.Logger
	doing       string // what the bar says is being done
	total, done int64
	start, last time.Time
}

// NewProgress returns the progress of a run, which log is told of where there is no bar.
// doing says what the run does. mayHaveBar is false where a bar would stand among rows.
func (c *Console) NewProgress(log *slog.Logger, doing string, mayHaveBar bool) *Progress {
	return &Progress{console: c, log: log, HasBar: c.MayHaveBar && mayHaveBar, doing: doing}
}

// Plan begins the progress. size is the number of bytes to read, or -1 where that is
// not known.
func (p *Progress) Plan(size int64) {
	p.total, p.start = size, time.Now()
	p.last = p.start
	if p.HasBar {
		p.console.setBar(&bar{w: p.console.w, doing: p.doing, total: size, start: p.start, last: p.start})
	}
}

// Read counts n bytes that were read.
func (p *Progress) Read(n int) {
	p.done += int64(n)
	if p.HasBar {
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
func (p *Progress) line(elapsed time.Duration) string {
	rate := float64(p.done) / elapsed.Seconds()
	left := float64(p.total-p.done) / rate
	if left < 0 || p.done == 0 {
		return fmt.Sprintf("read %s, %s/s", human.Bytes(p.done), human.Bytes(int64(rate)))
	}
	return fmt.Sprintf("read %s of %s, %s/s, %s left", human.Bytes(p.done), human.Bytes(p.total), human.Bytes(int64(rate)), human.Span(time.Duration(left*float64(time.Second))))
}

// End takes the bar away.
func (p *Progress) End() {
	if p.HasBar {
		p.console.setBar(nil)
	}
}
