package convert

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// convertChecked is Convert with an allocator that must have got everything back.
func convertChecked(ctx context.Context, t *testing.T, store storage.Store, sources []string, dest string, o Options) (*Summary, error) {
	t.Helper()
	mem := memory.NewCheckedAllocator(batch.NewRecycler())
	defer mem.AssertSize(t, 0)
	c := newConverter(store, dest, o)
	c.mem = mem
	summary := &Summary{}
	err := c.convert(ctx, sources, summary)
	return summary, err
}

// testTable is a report on disk, and where it is converted to. Its three files are
// tasks of their own, each with two unreadable rows, and give several parts.
type testTable struct{ source, dest string }

var tableOptions = Options{Spec: table.Spec{TaskSize: 1, MaxRejects: -1, Format: table.NDJSON, Compression: table.None, TargetFileSize: 1}, Run: Run{Workers: 2}}

func newTable(t *testing.T) testTable {
	t.Helper()
	dir := t.TempDir()
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobA, reporttest.Three()...))
	return testTable{filepath.Join(dir, "in"), filepath.Join(dir, "table")}
}

func (tb testTable) convert(ctx context.Context, t *testing.T, store storage.Store, o Options) (*Summary, error) {
	t.Helper()
	return convertChecked(ctx, t, store, []string{tb.source}, tb.dest, o)
}

// readRecord returns the commit record of reporttest.JobA; nil if there is none.
func readRecord(t *testing.T, store storage.Store, dest string) (*ledger.Record, error) {
	t.Helper()
	records, err := ledger.ReadRecords(t.Context(), store, dest)
	for _, r := range records {
		if r.Job == reporttest.JobA {
			return r, err
		}
	}
	return nil, err
}

// cleanTable converts and returns all that was written.
func cleanTable(t *testing.T, o Options) map[string]string {
	t.Helper()
	tb := newTable(t)
	if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
		t.Fatal(err)
	}
	return storagetest.ReadTree(t, tb.dest)
}

// The record lists every file with its size, and nothing but the record and
// what it lists is there.
func TestCommit(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	summary, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions)
	if err != nil {
		t.Fatal(err)
	}
	record, err := readRecord(t, disk.Store{}, tb.dest)
	if err != nil {
		t.Fatal(err)
	}
	files := storagetest.ReadTree(t, tb.dest)
	delete(files, "_batchreport/"+reporttest.JobA+"/commit.json")
	var rows, size int64
	for _, p := range record.Outputs {
		rows += p.Rows
		size += p.Bytes
		if n := int64(strings.Count(files[p.Name], "\n")); n != p.Rows || int64(len(files[p.Name])) != p.Bytes {
			t.Errorf("%s has %d rows, %d bytes; the record says %d, %d", p.Name, n, len(files[p.Name]), p.Rows, p.Bytes)
		}
		delete(files, p.Name)
	}
	for _, r := range record.Rejects {
		if r.Rows != 2 || int64(len(files[r.Name])) != r.Bytes {
			t.Errorf("%s has %d bytes; the record says %d and %d rows", r.Name, len(files[r.Name]), r.Bytes, r.Rows)
		}
		delete(files, r.Name)
	}
	if len(files) > 0 || len(record.Rejects) != 3 {
		t.Errorf("the record has %d files of rejects and does not list %q", len(record.Rejects), slices.Collect(maps.Keys(files)))
	}
	totals := record.Totals
	if totals.RowsOut != rows || totals.Rejected != 6 || totals.RowsIn != rows+6 || totals.BytesOut != size || totals.Parts != int64(len(record.Outputs)) || totals.Files != 3 {
		t.Errorf("totals are %+v; parts have %d rows, %d bytes", totals, rows, size)
	}
	for i, in := range record.Inputs {
		totals.BytesIn -= in.Size
		if in.Rejected != 2 || in.Rows == 0 || in.MD5 == "" {
			t.Errorf("input %d is %+v", i, in)
		}
	}
	if totals.BytesIn != 0 || len(record.Inputs) != 3 {
		t.Errorf("inputs are %+v; want %d bytes", record.Inputs, record.Totals.BytesIn)
	}
	job := summary.Jobs[0]
	if job.Job != reporttest.JobA || job.Outcome != Committed || job.Totals != record.Totals || summary.Totals != record.Totals || !slices.Equal(job.Rejects, record.Rejects) {
		t.Errorf("summary is %+v", summary)
	}
}

// What is done is not done again, unless by force, and then with the same bytes.
func TestCommitAgain(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	reads := 0
	store := &storagetest.Hooked{Store: disk.Store{}, Before: func(_, name string) error {
		if strings.HasSuffix(name, ".csv") {
			reads++
		}
		return nil
	}}
	first, err := tb.convert(t.Context(), t, store, tableOptions)
	if err != nil {
		t.Fatal(err)
	}
	want := storagetest.ReadTree(t, tb.dest)
	reads = 0
	again := tableOptions
	again.Workers = 3
	second, err := tb.convert(t.Context(), t, store, again)
	if err != nil {
		t.Fatal(err)
	}
	if job := second.Jobs[0]; job.Outcome != Unchanged || job.Totals != first.Totals || second.Totals != (ledger.Totals{}) || reads > 0 {
		t.Errorf("after %d reads the summary is %+v", reads, second)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)

	again.Force = true
	third, err := tb.convert(t.Context(), t, store, again)
	if err != nil {
		t.Fatal(err)
	}
	if third.Jobs[0].Outcome != Committed || reads == 0 {
		t.Errorf("after %d reads the summary is %+v", reads, third)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
}

// Other options replace the parts of the record, and nothing else.
func TestCommitReplaces(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	mine := map[string]string{
		"job_id=" + reporttest.JobA + "/task_status=failed/mine.ndjson":  "mine",
		"_batchreport/" + reporttest.JobA + "/notes.txt":                 "mine",
		"_batchreport/" + reporttest.JobA + "/rejects/part-x.jsonl.gz":   "mine",
		"job_id=" + reporttest.JobB + "/task_status=failed/other.ndjson": "another job's",
	}
	storagetest.WriteTree(t, tb.dest, mine)
	for _, o := range []Options{tableOptions, {Spec: table.Spec{MaxRejects: -1}}, {Spec: table.Spec{MaxRejects: -1, PartitionBy: []schema.Column{}}}, tableOptions} {
		if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
			t.Fatal(err)
		}
		want := cleanTable(t, o)
		maps.Copy(want, mine)
		storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
	}
}

// otherOptions make other parts of the same report.
func otherOptions() Options {
	o := tableOptions
	o.RawMessage = table.RawDrop
	return o
}

// notPending returns the names of all files that are not pending.
func notPending(files map[string]string) []string {
	var names []string
	for name := range files {
		if !strings.Contains(name, "/pending/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A commit that fails at any step is finished by the same command, and shows
// nothing before it is claimed.
func TestCommitFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	want := cleanTable(t, tableOptions)
	for _, op := range []string{"publish", "swap", "delete", "discard", "unpublished"} {
		for n := range 3 {
			for _, replacing := range []bool{false, true} {
				if !replacing && op == "swap" && n > 1 || op == "unpublished" && n > 0 || op == "discard" {
					continue // there is no such call
				}
				t.Run(fmt.Sprintf("%s %d, replacing %t", op, n+1, replacing), func(t *testing.T) {
					t.Parallel()
					tb := newTable(t)
					if replacing {
						if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
							t.Fatal(err)
						}
					}
					before := notPending(storagetest.ReadTree(t, tb.dest))
					store := &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth(op, n+1, broken)}
					summary, err := tb.convert(t.Context(), t, store, tableOptions)
					tidying := op == "unpublished" || op == "delete" && !replacing
					if !tidying {
						if !errors.Is(err, broken) {
							t.Errorf("error is %v; want %v", err, broken)
						}
						if job := summary.Jobs[0]; job.Outcome != Failed || !errors.Is(job.Err, broken) || summary.Totals != (ledger.Totals{}) {
							t.Errorf("summary is %+v", summary)
						}
					} else if err != nil {
						t.Errorf("tidying failed, and so the run: %v", err)
					}
					if left := notPending(storagetest.ReadTree(t, tb.dest)); op == "swap" && n == 0 && !slices.Equal(left, before) {
						t.Errorf("before the claim there is %q; want %q", left, before)
					}
					read := 0
					count := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
						if op == "open" && strings.HasSuffix(name, ".csv") {
							read++
						}
						return nil
					}}
					if _, err := tb.convert(t.Context(), t, count, tableOptions); err != nil {
						t.Fatal(err)
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
					if read > 0 {
						t.Errorf("%d result files were read again", read)
					}
				})
			}
		}
	}
}

// A commit that another run gets ahead of changes nothing, and says who won.
func TestCommitHeld(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		t.Run(fmt.Sprintf("same options %t", force), func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			faster := otherOptions()
			if force {
				faster = tableOptions
			}
			swaps := 0
			store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) error {
				if op == "swap" {
					if swaps++; swaps == 1 {
						_, err := tb.convert(t.Context(), t, disk.Store{}, faster)
						return err
					}
				}
				return nil
			}}
			summary, err := tb.convert(t.Context(), t, store, tableOptions)
			held := (*ledger.HeldError)(nil)
			if force && err != nil || !force && (!errors.As(err, &held) || held.Job != reporttest.JobA || held.Fingerprint == "") {
				t.Errorf("got %+v, %v", summary, err)
			}
			left := storagetest.ReadTree(t, tb.dest)
			if !force {
				maps.DeleteFunc(left, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
			}
			storagetest.CompareTrees(t, left, cleanTable(t, faster))
		})
	}
}

// A task whose files are gone is run again, alone.
func TestCommitLostFiles(t *testing.T) {
	t.Parallel()
	want := cleanTable(t, tableOptions)
	for _, when := range []string{"before the next run", "before the claim", "after the claim", "after the claim, replaced by other options"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			stop := errors.New("stop")
			lose := func() {
				staged, err := filepath.Glob(tb.dest + "/_batchreport/*/pending/*/*.pending")
				if err != nil || len(staged) == 0 {
					t.Errorf("nothing is staged: %v", err)
					return
				}
				if err := os.Remove(staged[0]); err != nil {
					t.Error(err)
				}
			}
			swaps := 0
			store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) error {
				switch {
				case op == "swap" && when == "before the claim":
					if swaps++; swaps == 1 {
						lose()
					}
				case op == "swap" && when == "before the next run":
					return stop
				case op == "publish" && strings.HasPrefix(when, "after the claim"):
					return stop
				}
				return nil
			}}
			_, err := tb.convert(t.Context(), t, store, tableOptions)
			if when == "before the claim" {
				if err != nil {
					t.Error(err)
				}
				storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
				return
			}
			if !errors.Is(err, stop) {
				t.Fatalf("error is %v; want %v", err, stop)
			}
			lose()
			o, want := tableOptions, want
			if strings.HasSuffix(when, "other options") {
				o = otherOptions()
				want = cleanTable(t, o)
			}
			if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
				t.Fatal(err)
			}
			left := storagetest.ReadTree(t, tb.dest)
			maps.DeleteFunc(left, func(name, _ string) bool {
				return strings.Contains(name, "/pending/") && strings.HasSuffix(when, "other options")
			})
			storagetest.CompareTrees(t, left, want)
		})
	}
}
