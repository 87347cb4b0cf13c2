package convert

// intend ends the work of a dry run: files are what it would read.
func (w *jobWork) intend(files []File) {
	w.summary.Outcome = Planned
	for _, f := range files {
		w.summary.Totals.Files++
		w.summary.Totals.BytesIn += max(f.Size, 0)
	}
}
