package console

import (
	"fmt"
	"io"
	"strings"
	"time"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/terminal"
)

// bar is a line on a terminal that says how far a run is.
type bar struct {
	w           io.Writer
	doing       string
	total, done int64 // bytes; total is -1 where it is not known
	start, last time.Time
	shown       bool
}

// drawEvery is how often the line is drawn: more often nobody can read.
const drawEvery = 100 * time.Millisecond

// clearLine makes a terminal forget the line that it stands on.
const clearLine = "\r\x1b[2K"

// add counts n bytes.
func (b *bar) add(n int, now time.Time) {
	b.done += int64(n)
	if now.Sub(b.last) < drawEvery {
		return
	}
	b.last = now
	b.shown = true
	// A terminal that is gone must not stop a run.
	_, _ = io.WriteString(b.w, clearLine+barLine(terminal.Width(b.w), b.doing, b.done, b.total, now.Sub(b.start)))
}

// clear takes the line away, until the next add.
func (b *bar) clear() error {
	if !b.shown {
		return nil
	}
	b.shown, b.last = false, time.Time{}
	_, err := io.WriteString(b.w, clearLine)
	return err
}

// barLine returns the line for a terminal of that width. The last column stays empty,
// where some terminals begin a new line. What there is no room for is left out, the
// least useful first: the bar itself, what is being done, the rate, the bytes, and
// the time left.
func barLine(width int, doing string, done, total int64, elapsed time.Duration) string {
	room := max(width-1, 1)
	rate := 0.0
	if elapsed > 0 {
		rate = float64(done) / elapsed.Seconds()
	}
	bytes, perSecond := human.Bytes(done), human.Bytes(int64(rate))+"/s"
	var forms []string
	if total > 0 {
		share := min(float64(done)/float64(total), 1)
		percent := fmt.Sprintf("%.0f %%", share*100)
		of := bytes + " of " + human.Bytes(total)
		left := ""
		if rate > 0 && done <= total {
			left = ", " + human.Span(time.Duration(float64(total-done)/rate*float64(time.Second))) + " left"
		}
		numbers := percent + ", " + of + ", " + perSecond + left
		const least = 10
		if n := room - len(doing) - len(numbers) - len("  [] "); n >= least {
			full := int(share * float64(n))
			return doing + " [" + strings.Repeat("=", full) + strings.Repeat(" ", n-full) + "]  " + numbers
		}
		forms = []string{doing + " " + numbers, numbers, percent + ", " + of + left, percent + left, percent + ", " + bytes, percent}
	} else {
		after := ""
		if elapsed >= time.Second {
			after = " in " + human.Span(elapsed)
		}
		forms = []string{doing + ": read " + bytes + after + ", " + perSecond, "read " + bytes + ", " + perSecond, bytes + ", " + perSecond, bytes}
	}
	for _, form := range forms {
		if len(form) <= room {
			return form
		}
	}
	return ""
}
