package convert

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// At the claim it is looked again, whoever was faster meanwhile.
func TestOverlapAtOnce(t *testing.T) {
	t.Parallel()
	for _, swapped := range []bool{false, true} {
		for _, at := range []string{"create", "put", "check", "list"} {
			t.Run(at, func(t *testing.T) {
				t.Parallel()
				dir := overlapFolder(t)
				dest := filepath.Join(dir, "table")
				sources := []string{filepath.Join(dir, "in/job-"+reporttest.JobA), filepath.Join(dir, "in/job-"+reporttest.JobA, "results", "*.csv")}
				if swapped {
					slices.Reverse(sources)
				}
				n := 0
				store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
					if op != at || at == "list" && !strings.HasSuffix(name, ledger.StateFolder) {
						return nil
					}
					if n++; n == 1 && at != "list" || n == 2 && at == "list" {
						_, err := convertChecked(t.Context(), t, disk.Store{}, sources[1:], dest, tableOptions)
						return err
					}
					return nil
				}}
				_, err := convertChecked(t.Context(), t, store, sources[:1], dest, tableOptions)
				if overlap := (*ledger.OverlapError)(nil); n > 0 && !errors.As(err, &overlap) {
					t.Errorf("error is %v", err)
				}
				v, err := verify.Table(t.Context(), disk.Store{}, dest, verify.Options{})
				if err != nil || len(v.Findings) > 0 || v.Jobs != 1 {
					t.Errorf("found %+v, %v", v, err)
				}
			})
		}
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
