package conversions

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// explain says of an error what tests look for.
func explain(err error) (message, hint string) { return "it is " + err.Error(), "mend it" }

// TestNew checks the members of a job that failed, and that lists are never null.
func TestNew(t *testing.T) {
	t.Parallel()
	s := &convert.Summary{Elapsed: 2 * time.Second, Jobs: []convert.JobSummary{
		{Job: "a", Outcome: convert.Committed}, {Job: "b", Outcome: convert.Failed, Err: errors.New("gone")},
	}}
	r := New(s, Options{DryRun: true, Explain: explain})
	if j := r.Jobs[0]; j.Error != "" || j.Hint != "" || j.JobSummary.Job != "a" {
		t.Errorf("a job that is committed: %+v", j)
	}
	if j := r.Jobs[1]; j.Error != "it is gone" || j.Hint != "mend it" {
		t.Errorf("a job that failed: %+v", j)
	}
	object, err := json.Marshal(New(&convert.Summary{}, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(object), `{"jobs":[],"totals":{`) || !strings.HasSuffix(string(object), `"elapsed_seconds":0}`) {
		t.Errorf("of no jobs: %s", object)
	}
}

// TestFailedDoesNotCount checks that neither thresholds nor exit codes go by the rows of jobs that failed.
func TestFailedDoesNotCount(t *testing.T) {
	t.Parallel()
	rows := ledger.Totals{RowsIn: 10, Failed: 3, Rejected: 2}
	failed := convert.JobSummary{Outcome: convert.Failed, Totals: rows}
	done := convert.JobSummary{Outcome: convert.Unchanged, Totals: rows}
	for _, test := range []struct {
		name     string
		jobs     []convert.JobSummary
		rows     int64
		rejected bool
	}{
		{"none", nil, 0, false},
		{"failed", []convert.JobSummary{failed}, 0, false},
		{"failed and done", []convert.JobSummary{failed, done}, 10, true},
		{"done twice", []convert.JobSummary{done, done}, 20, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &convert.Summary{Jobs: test.jobs}
			if got := Counted(s).Rows; got != test.rows {
				t.Errorf("%d rows count, want %d", got, test.rows)
			}
			if got := Rejected(s); got != test.rejected {
				t.Errorf("rejected: %t, want %t", got, test.rejected)
			}
		})
	}
}

// TestLog checks what is said of runs whose jobs have come to different things.
func TestLog(t *testing.T) {
	t.Parallel()
	read := ledger.Totals{Files: 1, BytesIn: 1000, RowsIn: 5, RowsOut: 4, Parts: 2, BytesOut: 300, Succeeded: 3, Failed: 1, Rejected: 1}
	wrote := "read 5 rows from 1 file, 1.0 kB; wrote 4 rows to 2 files, 300 B"
	counted := ": 3 succeeded, 1 failed; 1 rejected"
	for _, test := range []struct {
		name, dest string
		summary    convert.Summary
		want       []string
	}{
		{"one job", "out", convert.Summary{Totals: read, Jobs: []convert.JobSummary{{Job: "a", Outcome: convert.Committed, Totals: read}}}, []string{
			wrote + ", in out" + counted + "; 1.0 s",
		}},
		{"rows", storage.Stdio, convert.Summary{Totals: read, Jobs: []convert.JobSummary{{Job: "a", Outcome: convert.Committed, Totals: read}}}, []string{
			wrote + ", on standard output" + counted + "; 1.0 s",
		}},
		{"several", "out", convert.Summary{Totals: read, Jobs: []convert.JobSummary{
			{Job: "a", Outcome: convert.Committed, Totals: read, Rejects: []ledger.Reject{{Name: "r.csv", Rows: 1}}},
			{Job: "b", Outcome: convert.Failed},
			{Job: "c", Outcome: convert.Unchanged},
		}}, []string{
			"job a: " + wrote + counted, "job a: 1 row rejected: see out/r.csv", "job c: unchanged, it was converted before",
			"1 of 3 jobs: " + wrote + ", in out" + counted + "; 1.0 s",
		}},
		{"nothing to do", "out", convert.Summary{Jobs: []convert.JobSummary{{Job: "c", Outcome: convert.Unchanged}}}, []string{
			"job c: unchanged, it was converted before", "nothing to do: out has all of it",
		}},
		{"dry run", "out", convert.Summary{Totals: ledger.Totals{Files: 1, BytesIn: 1000}, Jobs: []convert.JobSummary{{Job: "a", Outcome: convert.Planned, Totals: ledger.Totals{Files: 1, BytesIn: 1000}}}}, []string{
			"job a: would be converted: 1 file, 1.0 kB", "dry run: 1 file, 1.0 kB; nothing was written to out",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var logged bytes.Buffer
			log := slog.New(slog.NewJSONHandler(&logged, nil))
			Log(log, test.dest, &test.summary, "1.0 s")
			var got []string
			for line := range strings.Lines(logged.String()) {
				var entry struct{ Msg string }
				if err := json.Unmarshal([]byte(line), &entry); err != nil {
					t.Fatal(err)
				}
				got = append(got, entry.Msg)
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
