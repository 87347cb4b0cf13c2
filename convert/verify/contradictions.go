package verify

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
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
	wrong("rows written", t.RowsOut, sum.RowsOut)
	wrong("rows written", t.RowsOut, written)
	wrong("rejected rows", t.Rejected, sum.Rejected)
	wrong("rejected rows", t.Rejected, rejected)
	wrong("parts", t.Parts, sum.Parts)
	wrong("bytes written", t.BytesOut, sum.BytesOut)
	return all
}

// wrongNames says which files are listed twice, or under names that the rest of
// the record does not give them.
func wrongNames(r *ledger.Record) []string {
	var wrong []string
	seen := map[string]bool{}
	for _, name := range r.Files() {
		if seen[name] {
			wrong = append(wrong, fmt.Sprintf("it lists %s twice", name))
		}
		seen[name] = true
	}
	for _, p := range r.Outputs {
		if p.Name != folder(r, p.Partition)+path.Base(p.Name) || !isOurs(r, p.Name) {
			wrong = append(wrong, fmt.Sprintf("its part %s is not named after its partition and fingerprint", p.Name))
		}
	}
	for _, p := range r.Rejects {
		if path.Dir(p.Name) != ledger.StateFolder+"/"+r.Job+"/rejects" || !isOurs(r, p.Name) {
			wrong = append(wrong, fmt.Sprintf("its rejects %s are not named after job and fingerprint", p.Name))
		}
	}
	return wrong
}

// isOurs reports whether a file is named as those of the record's run are.
func isOurs(r *ledger.Record, name string) bool {
	return strings.HasPrefix(path.Base(name), ledger.PartPrefix(r.Fingerprint))
}

// folder is the folder of a partition, with a slash at its end; "?" where the
// values are not those of the record's columns.
func folder(r *ledger.Record, values []table.PartitionValue) string {
	var name strings.Builder
	var columns []string
	for _, v := range values {
		columns = append(columns, v.Column)
		name.WriteString(v.Folder(r.Options.NullPartition) + "/")
	}
	if !slices.EqualFunc(columns, r.Options.PartitionBy, func(name string, c schema.Column) bool { return name == c.String() }) {
		return "?"
	}
	return name.String()
}
