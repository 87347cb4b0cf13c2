package zstdpage

// Lengths appends a page to dst as a frame that has nothing of earlier strings
// but their length. Of random ids, most of them of one length, that is all that
// can be saved, but for bytes being coded by how frequent they are.
func (e *Encoder) Lengths(dst, page []byte) []byte {
	return e.compress(dst, page, &e.lengths)
}

// lengths finds strings that are as long as the one before.
type lengths struct{ size int } // of the last string looked at, and its length

func (l *lengths) begin() { l.size = 0 }

func (l *lengths) find(e *Encoder, p, end int) {
	if l.size > 0 && end-p >= 4 && load32(e.page, p) == load32(e.page, p-l.size) {
		e.match(p, p+4, l.size)
	}
	l.size = end - p
}
