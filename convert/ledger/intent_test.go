package ledger

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// A register of a first claim is hardly larger than the record that it becomes, and holds
// nothing of what a store needs to publish a file.
func TestClaimSize(t *testing.T) {
	t.Parallel()
	record := testRecord(reporttest.JobA)
	part := record.Outputs[0]
	record.Outputs, record.Rejects = nil, nil
	var results []*TaskResult
	for i := range 500 {
		p := part
		p.Name = strings.Replace(p.Name, "-00000-00000", fmt.Sprintf("-%05d-00000", i), 1)
		record.Outputs = append(record.Outputs, p)
		record.Inputs = append(record.Inputs, Input{Key: fmt.Sprintf("job-%s/results/%040x.csv", reporttest.JobA, i), MD5: strings.Repeat("0", 32)})
		results = append(results, &TaskResult{Index: i, Parts: []WrittenPart{{Part: p, Pending: storage.Pending{
			Name: p.Name, UploadID: strings.Repeat("u", 128), ETags: []string{strings.Repeat("e", 34)},
		}}}})
	}
	run := (&Destination{Store: disk.Store{}, Folder: t.TempDir()}).Run(reporttest.JobA, record.Fingerprint, len(results), nil)
	claimed := &Register{Record: emptyRecord(reporttest.JobA), Next: newIntent(&record, results)}
	var sizes []int64
	before := &Register{}
	for _, r := range []*Register{claimed, {Record: record}} {
		if err := run.files.swapRegister(t.Context(), before, r); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(run.files.register())
		if err != nil {
			t.Fatal(err)
		}
		sizes, before = append(sizes, info.Size()), r
		if err := run.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := run.register.Next; (n != nil) != (r == claimed) || n != nil && len(n.Results) != len(results) {
			t.Errorf("the register that is read has the intent %+v", n)
		}
	}
	if ratio := float64(sizes[0]) / float64(sizes[1]); ratio > 1.2 {
		t.Errorf("the claim has %.2f times the bytes of the record", ratio)
	}
}

// Tidying up ends some time after its run was cancelled, which grows with the run, and not
// before.
func TestTidyingContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		tidying, done := tidyingContext(ctx, 1000)
		defer done()
		is := func(when string, want error) {
			t.Helper()
			synctest.Wait()
			if err := context.Cause(tidying); err != want { //nolint:errorlint // the very value of one of these two is meant
				t.Errorf("%s: %v; want %v", when, err, want)
			}
		}
		time.Sleep(24 * time.Hour) //nolint:forbidigo // by the clock of synctest
		is("not cancelled", nil)
		cancel()
		time.Sleep(39 * time.Second) //nolint:forbidigo // by the clock of synctest
		is("cancelled", nil)
		time.Sleep(2 * time.Second) //nolint:forbidigo // by the clock of synctest
		is("cancelled 41 s ago", context.DeadlineExceeded)
	})
}
