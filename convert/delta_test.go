package convert

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/convert/delta"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// deltaOptions make a table with a log, of one task of two parts.
func deltaOptions(columns ...schema.Column) Options {
	return Options{Spec: table.Spec{Columns: columns, MaxRejects: -1, Compression: table.None}, Run: Run{Workers: 1, Change: Change{Delta: true}}}
}

var (
	deltaA = deltaOptions(schema.Key, schema.ErrorCode)
	deltaB = deltaOptions(schema.Key, schema.ErrorCode, schema.ResultText)
)

// logged returns the sizes of the files that the log of a table lists, by name, and its version; -1 where
// there is none.
func logged(t *testing.T, dest string) (map[string]int64, int64) {
	t.Helper()
	l := &delta.Log{Store: disk.Store{}, Folder: dest}
	s, err := l.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int64{}
	if !s.Exists() {
		return files, s.Version
	}
	err = l.Files(t.Context(), s, func(f delta.File) error {
		if _, twice := files[f.Name]; twice {
			t.Errorf("the log has %s twice", f.Name)
		}
		files[f.Name] = f.Bytes
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, s.Version
}

// checkThere fails if the log lists a file that is not there.
func checkThere(t *testing.T, dest, when string) map[string]int64 {
	t.Helper()
	files, _ := logged(t, dest)
	for name, size := range files {
		if info, err := os.Stat(filepath.Join(dest, name)); err != nil || info.Size() != size {
			t.Errorf("%s: the log lists %s of %d bytes: %v", when, name, size, err)
		}
	}
	return files
}

// checkTrue fails unless the log lists what the records list, and all of that is there.
func checkTrue(t *testing.T, dest, when string) {
	t.Helper()
	records, err := ledger.ReadRecords(t.Context(), disk.Store{}, dest)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{}
	for _, r := range records {
		for _, p := range r.Outputs {
			want[p.Name] = p.Bytes
		}
		if len(r.Replaces) > 0 {
			t.Errorf("%s: %q are to be deleted", when, r.Replaces)
		}
	}
	if got := checkThere(t, dest, when); !maps.Equal(got, want) {
		t.Errorf("%s: the log lists %q, the records %q", when, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// A table goes from A to B and back: the log follows, what was replaced stays until clean, and
// clean leaves what has come back.
func TestDeltaBack(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	convert := func(o Options) {
		t.Helper()
		if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
			t.Fatal(err)
		}
		checkTrue(t, tb.dest, "after a commit")
	}
	parts := func() int {
		names, _ := filepath.Glob(tb.dest + "/job_id=*/*/part-*")
		return len(names)
	}
	clean := func(before time.Time, dryRun bool) []string {
		t.Helper()
		names, err := CleanReplaced(t.Context(), disk.Store{}, tb.dest, before, Change{DryRun: dryRun})
		if err != nil {
			t.Fatal(err)
		}
		checkTrue(t, tb.dest, "after clean")
		return names
	}
	convert(deltaA)
	a, _ := logged(t, tb.dest)
	n := parts()
	plain := deltaB
	plain.Delta = false // a log that is there is kept all the same
	convert(plain)
	if got := parts(); got <= n {
		t.Errorf("%d parts after B, %d after A: those of A are gone", got, n)
	}
	checkSame(t, "B's version", tb, 2)
	if names := clean(time.Now().Add(-time.Hour), false); len(names) > 0 {
		t.Errorf("%q were replaced a moment ago", names)
	}
	convert(deltaA)
	if back, _ := logged(t, tb.dest); !maps.Equal(a, back) {
		t.Errorf("A has come back as %v", back)
	}
	convert(deltaA)
	checkSame(t, "nothing was done", tb, 3)
	later := time.Now().Add(time.Hour)
	dry := clean(later, true)
	names := clean(later, false)
	if len(names) == 0 || !slices.Equal(dry, names) || parts() != len(a) {
		t.Errorf("clean deletes %q, and would have %q; %d parts are left", names, dry, parts())
	}
	for _, name := range names {
		if a[name] > 0 {
			t.Errorf("clean has deleted %s, which has come back", name)
		}
	}
	if names := clean(later, false); len(names) > 0 {
		t.Errorf("clean deletes %q again", names)
	}
	forced := deltaA
	forced.Force = true
	convert(forced)
	checkSame(t, "the same was made again", tb, 3)
}

// checkSame fails unless the log is at that version.
func checkSame(t *testing.T, when string, tb testTable, want int64) {
	t.Helper()
	if _, version := logged(t, tb.dest); version != want {
		t.Errorf("%s: the log is at version %d, want %d", when, version, want)
	}
}

// Wherever a process dies that replaces a table, what the log lists is there; and the same command, or
// another one, makes it true.
func TestDeltaDies(t *testing.T) {
	t.Parallel()
	step := 7
	if soak {
		step = 1
	}
	for n := 1; ; n += step {
		tb := newTable(t)
		if n%3 > 0 { // else the first one dies
			if _, err := tb.convert(t.Context(), t, disk.Store{}, deltaA); err != nil {
				t.Fatal(err)
			}
		}
		dead := errors.New("dead")
		calls := 0
		store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
			if calls++; calls >= n {
				return dead
			}
			if op == "delete" || op == "swap" || op == "publish" {
				checkThere(t, tb.dest, fmt.Sprint("before call ", calls, " ", op, " ", name))
			}
			return nil
		}}
		_, err := tb.convert(t.Context(), t, store, deltaB)
		checkThere(t, tb.dest, fmt.Sprint("call ", n))
		next := deltaB
		if n%2 == 0 {
			next = deltaA
		}
		if _, err := tb.convert(t.Context(), t, disk.Store{}, next); err != nil {
			t.Fatalf("call %d, then again: %v", n, err)
		}
		checkTrue(t, tb.dest, fmt.Sprint("call ", n, ", then again"))
		if err == nil {
			if n < 20 {
				t.Fatalf("only %d calls", n)
			}
			return
		}
	}
}

// Jobs that are committed at the same time, some of them by two processes, are in the log
// once each, though the log is begun only then.
func TestDeltaAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var jobs []string
	for i := range 4 {
		id := fmt.Sprintf("0a1b2c3d-0000-4000-8000-00000000000%d", i)
		storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", id, failures("A")))
		jobs = append(jobs, filepath.Join(dir, "in", "job-"+id))
	}
	for round := range 4 {
		dest := filepath.Join(t.TempDir(), "table")
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				o := deltaA
				o.Delta = i >= round // others do not know of the log
				_, err := Convert(t.Context(), disk.Store{}, jobs[i%4:i%4+1], dest, o)
				if held := (*ledger.HeldError)(nil); err != nil && !errors.As(err, &held) {
					t.Errorf("job %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		checkTrue(t, dest, fmt.Sprint("round ", round))
		if _, version := logged(t, dest); version < 0 {
			t.Error("there is no log")
		}
	}
}

// A table that was converted before gets a log from its records; a job without a log's version
// of it, as an older program leaves it, is mended; and a record that was moved away takes its
// files out of the log.
func TestBeginLog(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	if _, err := BeginLog(t.Context(), disk.Store{}, tb.dest, "1", Change{}); err == nil || !strings.Contains(err.Error(), "no commit record") {
		t.Errorf("of no table: %v", err)
	}
	plain := deltaA
	plain.Delta = false
	if _, err := tb.convert(t.Context(), t, disk.Store{}, plain); err != nil {
		t.Fatal(err)
	}
	before := storagetest.ReadTree(t, tb.dest)
	if r, err := BeginLog(t.Context(), disk.Store{}, tb.dest, "1", Change{DryRun: true}); err != nil || !r.Begun || r.Files == 0 || r.Version != -1 {
		t.Errorf("dry run: %+v, %v", r, err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
	for i, begun := range []bool{true, false} {
		r, err := BeginLog(t.Context(), disk.Store{}, tb.dest, "1", Change{})
		if err != nil || r.Begun != begun || r.Version != 0 || r.Jobs != 1 || r.Files == 0 {
			t.Errorf("call %d: %+v, %v", i, r, err)
		}
		checkTrue(t, tb.dest, "begun")
	}
	// A program that knows no log commits: here one that finds none.
	log := filepath.Join(tb.dest, delta.Folder)
	if err := os.Rename(log, log+"x"); err != nil {
		t.Fatal(err)
	}
	other := deltaB
	other.Delta = false
	if _, err := tb.convert(t.Context(), t, disk.Store{}, other); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(log+"x", log); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, other); err != nil {
		t.Fatal(err)
	}
	checkTrue(t, tb.dest, "after an older program")
	// A record is lost, and its job converted again.
	if err := os.Remove(ledger.RegisterName(tb.dest, reporttest.JobA)); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, plain); err != nil {
		t.Fatal(err)
	}
	checkTrue(t, tb.dest, "after a lost record")
	// The log is lost, and begun again.
	if err := os.RemoveAll(log); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, deltaA); err != nil {
		t.Fatal(err)
	}
	checkTrue(t, tb.dest, "after a lost log")
}

// What a Delta table cannot have is refused before any work, and leaves nothing.
func TestDeltaRefused(t *testing.T) {
	t.Parallel()
	with := func(change func(o *Options)) Options {
		o := deltaA
		change(&o)
		return o
	}
	old, err := filepath.Abs("../testdata/tables/1/parquet")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		first, then Options
		dest        string // what lies there first
		message     string
	}{
		"NDJSON":           {deltaA, with(func(o *Options) { o.Format, o.MixedLayout = table.NDJSON, true }), "", "NDJSON"},
		"NDJSON, no log":   {Options{}, with(func(o *Options) { o.Format = table.NDJSON }), "", "NDJSON"},
		"other partitions": {deltaA, with(func(o *Options) { o.PartitionBy, o.MixedLayout = []schema.Column{schema.JobID}, true }), "", "partition columns"},
		"no conditions":    {deltaA, with(func(o *Options) { o.Unlocked, o.Delta = true, false }), "", "--no-lock"},
		"no log yet":       {Options{}, with(func(o *Options) { o.Unlocked = true }), "", "--no-lock"},
		"milliseconds":     {Options{}, deltaOptions(), old, "milliseconds"},
		"another type": {
			with(func(o *Options) { o.Extract = extracts(t, "x=$.x:int64") }),
			with(func(o *Options) { o.Extract = extracts(t, "x=$.x:string") }), "", "column x is long there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			if tt.dest != "" {
				storagetest.WriteTree(t, tb.dest, storagetest.ReadTree(t, tt.dest))
			} else if tt.first.Delta {
				if _, err := tb.convert(t.Context(), t, disk.Store{}, tt.first); err != nil {
					t.Fatal(err)
				}
			}
			before := tree(t, tb.dest)
			_, err := tb.convert(t.Context(), t, disk.Store{}, tt.then)
			var hinted *storage.Error
			if err == nil || !strings.Contains(err.Error(), tt.message) || !errors.As(err, &hinted) || hinted.Hint == "" {
				t.Errorf("error %v", err)
			}
			storagetest.CompareTrees(t, tree(t, tb.dest), before)
			if _, err := MakePlan(t.Context(), disk.Store{}, []string{tb.source}, tb.dest, tt.then); err == nil && !tt.then.Unlocked {
				t.Error("it can be planned")
			}
		})
	}
}

// tree is storagetest.ReadTree of a folder that need not be there.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		return map[string]string{}
	}
	return storagetest.ReadTree(t, dir)
}

func extracts(t *testing.T, texts ...string) (all []schema.Extract) {
	t.Helper()
	for _, text := range texts {
		e, err := schema.ParseExtract(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// A commit that is taken back is in the log no more, and who was stopped just before he wrote
// it there cannot.
func TestDeltaWithdrawn(t *testing.T) {
	t.Parallel()
	for _, replacing := range []bool{false, true} {
		tb := newTable(t)
		first := deltaA
		if !replacing {
			first = deltaB
			first.PartitionBy = deltaB.PartitionBy
		}
		if replacing {
			if _, err := tb.convert(t.Context(), t, disk.Store{}, first); err != nil {
				t.Fatal(err)
			}
		}
		// This one writes its version once another has taken the commit back.
		once := false
		slow := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
			if op == "swap" && strings.Contains(name, delta.Folder) && !once && strings.Contains(name, "00001") || op == "swap" && replacing && !once && strings.Contains(name, delta.Folder) {
				once = true
				stopped := &nowhereStore{Store: disk.Store{}, last: true}
				o := deltaB
				o.Force = true
				_, err := Convert(t.Context(), stopped, []string{tb.source}, tb.dest, o)
				if withdrawn := (*ledger.WithdrawnError)(nil); !errors.As(err, &withdrawn) {
					t.Errorf("replacing %t: the commit was not taken back: %v", replacing, err)
				}
			}
			return nil
		}}
		_, err := tb.convert(t.Context(), t, slow, deltaB)
		if withdrawn := (*ledger.WithdrawnError)(nil); !errors.As(err, &withdrawn) {
			t.Errorf("replacing %t: error %v", replacing, err)
		}
		if !once {
			t.Fatal("nothing was written to the log")
		}
		checkTrue(t, tb.dest, fmt.Sprint("replacing ", replacing))
		if _, err := tb.convert(t.Context(), t, disk.Store{}, deltaB); err != nil {
			t.Fatal(err)
		}
		checkTrue(t, tb.dest, "then again")
	}
}

// A table of outcomes is one unit in the log too: one that is made of other jobs replaces it in one
// version, wherever a process dies.
func TestDeltaOutcome(t *testing.T) {
	t.Parallel()
	c := reporttest.Chains{Seed: 5, Objects: 20, Jobs: 2}
	dir := storagetest.WriteTree(t, t.TempDir(), c.Files(t, "reports/"))
	outcome := func(store storage.Store, dest string, jobs ...int) error {
		var sources []string
		for _, n := range jobs {
			sources = append(sources, filepath.Join(dir, "reports", "job-"+c.JobID(n)))
		}
		_, err := MakeOutcome(t.Context(), store, sources, dest, "", Options{Run: Run{Workers: 1, Change: Change{Delta: true}}})
		return err
	}
	step := 9
	if soak {
		step = 1
	}
	for n := 1; ; n += step {
		dest := filepath.Join(t.TempDir(), "table")
		if err := outcome(disk.Store{}, dest, 0); err != nil {
			t.Fatal(err)
		}
		dead := errors.New("dead")
		calls := 0
		err := outcome(&storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
			if calls++; calls >= n {
				return dead
			}
			if op == "delete" || op == "swap" {
				checkThere(t, dest, fmt.Sprint("before call ", calls, " ", op, " ", name))
			}
			return nil
		}}, dest, 0, 1)
		checkThere(t, dest, fmt.Sprint("call ", n))
		if e := outcome(disk.Store{}, dest, 0, 1); e != nil {
			t.Fatalf("call %d, then again: %v", n, e)
		}
		checkTrue(t, dest, fmt.Sprint("call ", n, ", then again"))
		if files, _ := logged(t, dest); len(files) == 0 {
			t.Error("the log lists nothing")
		}
		if err == nil {
			return
		}
	}
}
