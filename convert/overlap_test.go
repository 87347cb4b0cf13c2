package convert

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/verify"
)

// overlapFolder writes two jobs with results, and one copy of each of their files
// elsewhere. It returns the folder.
func overlapFolder(t *testing.T) string {
	t.Helper()
	g, dir := reporttest.NewGenerator(1), t.TempDir()
	for _, job := range []string{reporttest.JobA, reporttest.JobB} {
		files := reporttest.ReportFiles(t, "in/", job, g.File(reporttest.StatusFailed, 3000), g.File(reporttest.StatusSucceeded, 3000))
		storagetest.WriteTree(t, dir, files)
		for name, data := range files {
			if strings.HasSuffix(name, ".csv") {
				name = "flat/" + job[len(job)-1:] + filepath.Base(name)
				storagetest.WriteTree(t, dir, map[string]string{name: data})
			}
		}
	}
	return dir
}

// No result file gets into a table twice, under whatever names and in whichever order.
func TestOverlap(t *testing.T) {
	t.Parallel()
	const jobA, jobB = "in/job-" + reporttest.JobA, "in/job-" + reporttest.JobB
	files := func(dir, pattern string, from, to int) []string {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(names) < to {
			t.Fatal(names, err)
		}
		return names[from:to]
	}
	tests := []struct {
		name          string
		first, second func(dir string) []string
		overlap       bool
	}{
		{"a job and its files", func(string) []string { return []string{jobA} }, func(dir string) []string { return files(dir, jobA+"/results/*.csv", 0, 2) }, true},
		{"a job and one of its files", func(string) []string { return []string{jobA} }, func(dir string) []string { return files(dir, jobA+"/results/*.csv", 1, 2) }, true},
		{"a file, and both", func(dir string) []string { return files(dir, jobA+"/results/*.csv", 0, 1) }, func(dir string) []string { return files(dir, jobA+"/results/*.csv", 0, 2) }, true},
		{"a file, and the other", func(dir string) []string { return files(dir, jobA+"/results/*.csv", 0, 1) }, func(dir string) []string { return files(dir, jobA+"/results/*.csv", 1, 2) }, false},
		{"two jobs", func(string) []string { return []string{jobA} }, func(string) []string { return []string{jobB} }, false},
		{"a job, and another's files", func(string) []string { return []string{jobA} }, func(dir string) []string { return files(dir, jobB+"/results/*.csv", 0, 2) }, false},
		{"a job, and copies of its files", func(string) []string { return []string{jobA} }, func(dir string) []string { return files(dir, "flat/a*.csv", 0, 1) }, true},
		{"copies of files, twice", func(dir string) []string { return files(dir, "flat/a*.csv", 0, 2) }, func(dir string) []string { return files(dir, "flat/*.csv", 1, 3) }, true},
		{"copies of files, others", func(dir string) []string { return files(dir, "flat/a*.csv", 0, 2) }, func(dir string) []string { return files(dir, "flat/b*.csv", 0, 2) }, false},
		{"files of two jobs, and one job", func(dir string) []string {
			return append(files(dir, jobA+"/results/*.csv", 0, 1), files(dir, jobB+"/results/*.csv", 0, 1)...)
		}, func(string) []string { return []string{jobB} }, true},
	}
	for _, tt := range tests {
		for _, swapped := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				dir := overlapFolder(t)
				dest := filepath.Join(dir, "table")
				sources := func(names []string) []string {
					for i, name := range names {
						if !filepath.IsAbs(name) {
							names[i] = filepath.Join(dir, name)
						}
					}
					return names
				}
				first, second := sources(tt.first(dir)), sources(tt.second(dir))
				if swapped {
					first, second = second, first
				}
				s, err := convertChecked(t.Context(), t, disk.Store{}, first, dest, tableOptions)
				if err != nil {
					t.Fatal(err)
				}
				before := storagetest.ReadTree(t, dest)
				for _, dryRun := range []bool{true, false} {
					o := tableOptions
					o.DryRun = dryRun
					read := 0
					store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) error {
						if op == "create" {
							read++
						}
						return nil
					}}
					s2, err := convertChecked(t.Context(), t, store, second, dest, o)
					overlap := (*ledger.OverlapError)(nil)
					if errors.As(err, &overlap) != tt.overlap || err != nil && !tt.overlap {
						t.Fatalf("error is %v", err)
					}
					if !tt.overlap {
						continue
					}
					if overlap.Other != s.Jobs[0].Job || !strings.Contains(err.Error(), s.Jobs[0].Job) || s2.Jobs[0].Outcome != Failed {
						t.Errorf("error is %v", err)
					}
					if hint := (*storage.Error)(nil); !errors.As(err, &hint) || hint.Hint == "" {
						t.Errorf("error %v has no hint", err)
					}
					if read > 0 {
						t.Error("work was done before")
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, dest), before)
				}
			})
		}
	}
}

// Of two runs at once of which each has a file of the other, one makes the table,
// wherever in the one the other runs from its beginning to its end.
func TestOverlapAtOnce(t *testing.T) {
	t.Parallel()
	for _, swapped := range []bool{false, true} {
		for _, at := range []string{"create", "put", "check", "list", "swap", "publish", "get"} {
			for n := 1; n <= 4; n++ {
				t.Run(fmt.Sprint(at, n), func(t *testing.T) {
					t.Parallel()
					dir := overlapFolder(t)
					dest := filepath.Join(dir, "table")
					sources := []string{filepath.Join(dir, "in/job-"+reporttest.JobA), filepath.Join(dir, "in/job-"+reporttest.JobA, "results", "*.csv")}
					if swapped {
						slices.Reverse(sources)
					}
					left, ran := n, false
					var inner error
					store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
						if op != at || op == "list" && !strings.HasSuffix(name, ledger.StateFolder) || op == "get" && !strings.HasSuffix(name, "commit.json") {
							return nil
						}
						if left--; left == 0 {
							ran = true
							_, inner = convertChecked(t.Context(), t, disk.Store{}, sources[1:], dest, tableOptions)
						}
						return nil
					}}
					_, outer := convertChecked(t.Context(), t, store, sources[:1], dest, tableOptions)
					overlap := (*ledger.OverlapError)(nil)
					if ran && (errors.As(inner, &overlap) == errors.As(outer, &overlap) || inner != nil && outer != nil) {
						t.Errorf("errors are %v and %v", outer, inner)
					}
					wantOneJob(t, dest, 1)
				})
			}
		}
	}
}

// wantOneJob checks that a table is as it should be, and has at most one job and at
// least so many.
func wantOneJob(t *testing.T, dest string, least int64) {
	t.Helper()
	v, err := verify.Table(t.Context(), disk.Store{}, dest, verify.Options{})
	if err != nil || len(v.Findings) > 0 || v.Jobs > 1 || v.Jobs < least {
		t.Errorf("found %+v, %v", v, err)
	}
}

// Two that claim at the very same time may both give way, but never does neither.
func TestOverlapTogether(t *testing.T) {
	t.Parallel()
	for round := range 10 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			dir := overlapFolder(t)
			dest := filepath.Join(dir, "table")
			sources := []string{filepath.Join(dir, "in/job-"+reporttest.JobA), filepath.Join(dir, "in/job-"+reporttest.JobA, "results", "*.csv")}
			var claiming, wg sync.WaitGroup // both have claimed before either looks
			claiming.Add(2)
			for _, source := range sources {
				wg.Go(func() {
					swaps := 0
					store := &nowhereStore{Store: disk.Store{}}
					store.before = func(op, _ string) error {
						if swaps += strings.Count(op, "swap"); op == "swap" && swaps == 1 && round%2 == 0 {
							claiming.Done()
							claiming.Wait()
						}
						return nil
					}
					store.somewhere = true
					_, err := convertChecked(t.Context(), t, store, []string{source}, dest, tableOptions)
					if overlap := (*ledger.OverlapError)(nil); err != nil && !errors.As(err, &overlap) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if records, err := ledger.ReadRecords(t.Context(), disk.Store{}, dest); err != nil || len(records) > 0 {
				wantOneJob(t, dest, 0)
			}
			// Whoever tries again alone finds nothing in the way, or the other's table.
			_, err := convertChecked(t.Context(), t, disk.Store{}, sources[:1], dest, tableOptions)
			if overlap := (*ledger.OverlapError)(nil); err != nil && !errors.As(err, &overlap) {
				t.Error(err)
			}
			wantOneJob(t, dest, 1)
		})
	}
}

// What an older version of the program has let in twice is said.
func TestOverlapOfOld(t *testing.T) {
	t.Parallel()
	dir := overlapFolder(t)
	dest, other := filepath.Join(dir, "table"), filepath.Join(dir, "other")
	sources := []string{filepath.Join(dir, "in/job-"+reporttest.JobA), filepath.Join(dir, "in/job-"+reporttest.JobA, "results", "*.csv")}
	for i, to := range []string{dest, other} {
		if _, err := convertChecked(t.Context(), t, disk.Store{}, sources[i:i+1], to, tableOptions); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(dest, os.DirFS(other)); err != nil {
		t.Fatal(err)
	}
	for i := range sources {
		_, err := convertChecked(t.Context(), t, disk.Store{}, sources[i:i+1], dest, tableOptions)
		if overlap := (*ledger.OverlapError)(nil); !errors.As(err, &overlap) {
			t.Errorf("error is %v", err)
		}
	}
	v, err := verify.Table(t.Context(), disk.Store{}, dest, verify.Options{})
	if err != nil || len(v.Findings) != 1 || v.Findings[0].Kind != verify.Twice {
		t.Errorf("found %+v, %v", v, err)
	}
}
