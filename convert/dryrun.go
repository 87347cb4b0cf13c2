package convert

// look is begin of a dry run: it takes what a dead run has begun to commit for
// done, and changes nothing.
func (w *jobWork) look(at *register) {
	w.at = &register{Record: *at.deciding(), tag: at.tag}
	if w.isDone() {
		w.end(Unchanged, &w.at.Record)
	}
}

// intend ends the work of a dry run: files are what it would read.
func (w *jobWork) intend(files []File) {
	w.summary.Outcome = Planned
	for _, f := range files {
		w.summary.Totals.Files++
		w.summary.Totals.BytesIn += max(f.Size, 0)
	}
}
