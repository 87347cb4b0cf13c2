package convert

import "batchreport/convert/ledger"

// intend ends the work of a dry run: files are what it would read.
func (w *jobWork) intend(files []File) {
	w.summary.Outcome, w.summary.Totals = Planned, totalsOf(files)
}

// totalsOf returns how many files there are to read, and their size as far as it is
// known.
func totalsOf(files []File) ledger.Totals {
	var t ledger.Totals
	for _, f := range files {
		t.Files++
		t.BytesIn += max(f.Size, 0)
	}
	return t
}
