package convert

import (
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
)

// intend ends the work of a dry run: files are what it would read.
func (w *jobWork) intend(files []plan.File) {
	w.summary.Outcome, w.summary.Totals = Planned, totalsOf(files)
}

// totalsOf returns how many files there are to read, and their size as far as it is
// known.
func totalsOf(files []plan.File) ledger.Totals {
	var t ledger.Totals
	for _, f := range files {
		t.Files++
		t.BytesIn += max(f.Size, 0)
	}
	return t
}
