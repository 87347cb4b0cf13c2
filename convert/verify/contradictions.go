package verify

import (
	"fmt"

	"batchreport/convert/ledger"
)

// contradictions says what in a record does not agree with the rest of it.
func contradictions(r *ledger.Record) []string {
	all := wrongNames(r)
	wrong := func(what string, got, want int64) {
		if got != want {
			all = append(all, fmt.Sprintf("its total of %s is %d, its entries say %d", what, got, want))
		}
	}
	var sum ledger.Totals
	for _, in := range r.Inputs {
		sum.Files++
		sum.BytesIn += in.Size
		sum.RowsOut += in.Rows
		sum.Rejected += in.Rejected
		if in.Verified == ledger.VerifiedNone {
			sum.Unverified++
		}
	}
	var written, rejected int64
	for _, p := range r.Outputs {
		sum.Parts++
		sum.BytesOut += p.Bytes
		written += p.Rows
	}
	for _, p := range r.Rejects {
		rejected += p.Rows
	}
	t := r.Totals
	wrong("files", t.Files, sum.Files)
	wrong("bytes read", t.BytesIn, sum.BytesIn)
	wrong("unverified files", t.Unverified, sum.Unverified)
	wrong("rows read", t.RowsIn, sum.RowsOut+sum.Rejected)
	wrong("rows written", t.RowsOut+t.Merged, sum.RowsOut)
	wrong("rows written", t.RowsOut, written)
	wrong("rejected rows", t.Rejected, sum.Rejected)
	wrong("rejected rows", t.Rejected, rejected)
	wrong("parts", t.Parts, sum.Parts)
	wrong("bytes written", t.BytesOut, sum.BytesOut)
	return all
}

// wrongNames says which files are listed twice. That the names follow from the job,
// the partition and the fingerprint is seen to by ledger.ParseRegister.
func wrongNames(r *ledger.Record) []string {
	var wrong []string
	seen := map[string]bool{}
	for _, name := range r.Files() {
		if seen[name] {
			wrong = append(wrong, fmt.Sprintf("it lists %s twice", name))
		}
		seen[name] = true
	}
	return wrong
}
