package zstdpage

// lengths is the finder of Encoder.Lengths: it matches the four bytes of a string's
// length with those of the string before.
type lengths struct{ size int } // of the last string looked at, with its length

func (l *lengths) begin() { l.size = 0 }

func (l *lengths) find(e *Encoder, p, end int) {
	if l.size > 0 && end-p >= 4 && load32(e.page, p) == load32(e.page, p-l.size) {
		e.match(p, p+shortestMatch, l.size)
	}
	l.size = end - p
}
