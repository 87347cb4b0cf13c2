package verify

import (
	"batchreport/convert/ledger"
)

// reportTwice reports the jobs that have a result file in common with another one, as
// versions of the program let in that did not look.
func reportTwice(jobs []*verifiedJob) {
	var records []*ledger.Record
	of := map[string]*verifiedJob{}
	for _, j := range jobs {
		if j.register != nil && j.register.Fingerprint != "" {
			records = append(records, &j.register.Record)
			of[j.name] = j
		}
	}
	for _, overlap := range ledger.Overlaps(records) {
		of[overlap.Job].report(Twice, overlap.Error())
	}
}
