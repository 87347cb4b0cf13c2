package convert

import "context"

// beginDry is begin of a dry run, which changes nothing.
func (w *jobWork) beginDry(ctx context.Context) error {
	if err := w.run.OpenDry(ctx); err != nil {
		return err
	}
	if w.isDone() {
		w.end(Unchanged, w.run.Record())
	}
	return nil
}

// intend ends the work of a dry run: files are what it would read.
func (w *jobWork) intend(files []File) {
	w.summary.Outcome = Planned
	for _, f := range files {
		w.summary.Totals.Files++
		w.summary.Totals.BytesIn += max(f.Size, 0)
	}
}
