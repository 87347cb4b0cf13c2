package convert_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// parseCSV reads CSV as RFC 4180 has it, byte by byte, and keeps line ends in quotes as
// they are, which encoding/csv does not.
func parseCSV(t *testing.T, data string) (rows [][]string) {
	t.Helper()
	var row []string
	var field strings.Builder
	inside, closed := false, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inside && c == '"' && strings.HasPrefix(data[i+1:], `"`):
			field.WriteByte(c)
			i++
		case inside && c == '"':
			inside, closed = false, true
		case inside:
			field.WriteByte(c)
		case c == '"' && field.Len() == 0 && !closed:
			inside = true
		case c == ',' || c == '\n':
			row = append(row, field.String())
			field.Reset()
			if closed = false; c == '\n' {
				rows = append(rows, row)
				row = nil
			}
		case c == '"' || c == '\r' || closed:
			t.Fatalf("%q at byte %d is not quoted", c, i)
		default:
			field.WriteByte(c)
		}
	}
	if inside || field.Len() > 0 || len(row) > 0 {
		t.Fatalf("the last row has no end: %q", data)
	}
	return rows
}

// oddKeys are keys as reports have them, of several encoders and of none.
var oddKeys = []string{
	"plain", "a+b", "a%20b", "a%2Bb", "a%2bb", "%2B", "+", "%", "%zz", "%e", "a%2Cb", "a,b", `a"b`, `"`, `""`, `"quoted"`, ",", "a\nb", "a\r\nb", "\r", "\n",
	" led", "trailed ", "\t", "é", "%C3%A9", "\xff", "%FF", "a\xc3%A9", "日本", "%E6%97%A5", "\x00", "%00", "//", "a/../b", "=cmd()", "#", "\ufeff", "-", `\N`, "null",
}

// TestRetryBytes checks that the key in a manifest has the bytes that it has in the
// report, and that the manifest is what S3 Batch Operations takes: no header, as many
// columns in each row, and keys that are still encoded as they were.
func TestRetryBytes(t *testing.T) {
	t.Parallel()
	for _, keys := range []schema.KeyEncoding{schema.FormEncoding, schema.PercentEncoding, schema.NoEncoding} {
		for _, version := range []string{"", "null", "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY", `v"1,`} {
			t.Run(keys.String()+" "+url.QueryEscape(version), func(t *testing.T) {
				t.Parallel()
				var data strings.Builder
				for _, key := range oddKeys {
					data.WriteString(reporttest.CsvLine("photos", key, version, "failed", "503", "SlowDown", "Please"))
				}
				dir := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: reporttest.StatusFailed, Data: data.String()}))
				manifest := filepath.Join(t.TempDir(), "retry.csv")
				r, err := convert.Retry(t.Context(), disk.Store{}, []string{dir}, manifest, convert.RetryOptions{Reading: convert.Reading{KeyEncoding: keys}})
				if err != nil {
					t.Fatal(err)
				}
				got, err := os.ReadFile(manifest)
				if err != nil {
					t.Fatal(err)
				}
				rows := parseCSV(t, string(got))
				written := map[string]bool{}
				for _, row := range rows {
					if want := []string{"photos", row[1], version}; version == "" && !slices.Equal(row, want[:2]) || version != "" && !slices.Equal(row, want) {
						t.Errorf("row %q", row)
					}
					if !slices.Contains(oddKeys, row[1]) {
						t.Errorf("no key of the report is %q", row[1])
					}
					written[row[1]] = true
				}
				// Keys that are encoded in two ways are one object, in the manifest once.
				objects := map[string]bool{}
				for _, key := range oddKeys {
					id, _ := keys.Identity(nil, []byte(key))
					objects[string(id)] = true
					if written[key] {
						delete(objects, string(id))
					}
				}
				for _, key := range oddKeys {
					if id, _ := keys.Identity(nil, []byte(key)); written[key] {
						delete(objects, string(id))
					}
				}
				if len(objects) > 0 || r.Objects() != int64(len(rows)) || len(written) != len(rows) {
					t.Errorf("%d objects in %d rows, without %v", r.Objects(), len(rows), objects)
				}
				if keys == schema.NoEncoding && len(rows) != len(oddKeys) {
					t.Errorf("%d keys instead of %d", len(rows), len(oddKeys))
				}
			})
		}
	}
}

// TestRetryFails checks that a retry that fails at any place leaves no manifest and
// nothing beside it, and that the next one is not disturbed.
func TestRetryFails(t *testing.T) {
	t.Parallel()
	source := filepath.Join(storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA,
		reporttest.File{Status: reporttest.StatusFailed, Data: reporttest.CsvLine("b", "k", "v", "failed", "503", "SlowDown", "") + reporttest.CsvLine("b", "k", "", "failed", "503", "SlowDown", "")})))
	broken := errors.New("broken")
	for n := 1; ; n++ {
		dir := t.TempDir()
		calls := 0
		store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
			if calls++; calls == n {
				return broken
			}
			return nil
		}}
		_, err := convert.Retry(t.Context(), store, []string{source}, filepath.Join(dir, "retry.csv"), convert.RetryOptions{TempDir: t.TempDir()})
		if err == nil {
			// That a manifest of an earlier run is there is looked for at the end, and is no
			// reason to fail.
			if got := readManifests(t, filepath.Join(dir, "retry.csv")); len(got) != 2 {
				t.Errorf("call %d failed, and the manifests have %v", n, got)
			}
			if calls < n && n < 8 {
				t.Fatalf("only %d calls", n)
			}
			if calls < n {
				return
			}
			continue
		}
		if !errors.Is(err, broken) {
			t.Fatalf("call %d: %v", n, err)
		}
		left := 0
		err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				left++
				if base := filepath.Base(path); base != "retry.csv" { // published before the other one failed
					t.Errorf("call %d leaves %s", n, path)
				}
			}
			return err
		})
		if err != nil || left > 1 {
			t.Errorf("call %d: %d files, %v", n, left, err)
		}
	}
}

// TestObjectsCancelled cancels a retry and an outcome at random moments: no goroutine
// stays, which TestMain sees to, and nothing is visible.
func TestObjectsCancelled(t *testing.T) {
	t.Parallel()
	c := reporttest.Chains{Seed: 7, Objects: 3000, Jobs: 4}
	dir := storagetest.WriteTree(t, t.TempDir(), c.Files(t, "reports/"))
	random := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		after := random.IntN(60)
		calls := 0
		reading := convert.Reading{OnRead: func(int) {
			if calls++; calls >= after {
				cancel()
			}
		}}
		out := t.TempDir()
		_, err := convert.Retry(ctx, disk.Store{}, []string{filepath.Join(dir, "reports")}, filepath.Join(out, "retry.csv"), convert.RetryOptions{Reading: reading})
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		o := convert.Options{Run: convert.Run{OnRead: reading.OnRead}}
		ctx2, cancel2 := context.WithCancel(t.Context())
		calls, cancel = 0, cancel2
		if _, err = convert.MakeOutcome(ctx2, disk.Store{}, []string{filepath.Join(dir, "reports")}, out, "", o); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if parts, _ := filepath.Glob(filepath.Join(out, "final_status=*")); err != nil && len(parts) > 0 {
			t.Errorf("a run that was cancelled shows %v", parts)
		}
		cancel()
	}
}

// TestOutcomeUnits makes tables of outcomes of other and other jobs in one destination,
// and breaks each at many calls of the store, at every one in a soak: the next one ends as if it had not been,
// and at no time do the records speak of two tables.
func TestOutcomeUnits(t *testing.T) {
	t.Parallel()
	c := reporttest.Chains{Seed: 3, Objects: 40, Jobs: 3}
	dir := storagetest.WriteTree(t, t.TempDir(), c.Files(t, "reports/"))
	job := func(n int) string { return filepath.Join(dir, "reports", "job-"+c.JobID(n)) }
	outcome := func(store storage.Store, dest string, jobs ...string) error {
		_, err := convert.MakeOutcome(t.Context(), store, jobs, dest, "", convert.Options{})
		return err
	}
	oneUnit := func(dest string, what string) []*ledger.Record {
		t.Helper()
		records, err := ledger.ReadRecords(t.Context(), disk.Store{}, dest)
		if err != nil || len(records) != 1 {
			t.Fatalf("%s: %d records, %v", what, len(records), err)
		}
		return records
	}
	broken := errors.New("broken")
	want := filepath.Join(t.TempDir(), "want")
	if err := outcome(disk.Store{}, want, job(0), job(1)); err != nil {
		t.Fatal(err)
	}
	wantFiles := oneUnit(want, "alone")[0].Files()
	step := 3 // which meets both of n%2
	if os.Getenv("BATCHREPORT_SOAK") != "" {
		step = 1
	}
	for n := 1; ; n += step {
		dest := filepath.Join(t.TempDir(), "table")
		if err := outcome(disk.Store{}, dest, job(0)); err != nil {
			t.Fatal(err)
		}
		calls := 0
		store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
			if calls++; calls >= n {
				return broken // and all that follows: the process is dead
			}
			return nil
		}}
		err := outcome(store, dest, job(0), job(1))
		oneUnit(dest, "broken")
		// Whoever comes next may make it of other jobs again.
		next := []string{job(0), job(1)}
		if n%2 == 0 {
			if err := outcome(disk.Store{}, dest, job(2)); err != nil {
				t.Fatalf("call %d, other jobs: %v", n, err)
			}
			oneUnit(dest, "other jobs")
		}
		if err := outcome(disk.Store{}, dest, next...); err != nil {
			t.Fatalf("call %d, again: %v", n, err)
		}
		got := oneUnit(dest, "again")[0]
		if !slices.Equal(got.Files(), wantFiles) || len(got.Supersedes)+len(got.Replaces) > 0 {
			t.Errorf("call %d: %q instead of %q", n, got.Files(), wantFiles)
		}
		parts, _ := filepath.Glob(filepath.Join(dest, "*", "part-*"))
		if len(parts) != len(wantFiles) {
			t.Errorf("call %d: %q is there", n, parts)
		}
		for _, name := range wantFiles {
			a, err := os.ReadFile(filepath.Join(want, name))
			b, err2 := os.ReadFile(filepath.Join(dest, name))
			if err != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Errorf("call %d: %s differs, %v %v", n, name, err, err2)
			}
		}
		if err == nil {
			if n < 20 {
				t.Fatalf("only %d calls", n)
			}
			return
		}
	}
}

// TestOutcomeAtOnce makes tables of outcomes of other jobs in one destination at the same
// time: one wins, or all give way, and those that do not win say so.
func TestOutcomeAtOnce(t *testing.T) {
	t.Parallel()
	c := reporttest.Chains{Seed: 3, Objects: 40, Jobs: 3}
	dir := storagetest.WriteTree(t, t.TempDir(), c.Files(t, "reports/"))
	for range 10 {
		dest := filepath.Join(t.TempDir(), "table")
		errs := make(chan error, c.Jobs)
		for n := range c.Jobs {
			go func() {
				_, err := convert.MakeOutcome(t.Context(), disk.Store{}, []string{filepath.Join(dir, "reports", "job-"+c.JobID(n))}, dest, "", convert.Options{})
				errs <- err
			}()
		}
		for range c.Jobs {
			err := <-errs
			if held := (*ledger.HeldError)(nil); err != nil && !errors.As(err, &held) {
				t.Error(err)
			}
		}
		records, err := ledger.ReadRecords(t.Context(), disk.Store{}, dest)
		if err != nil || len(records) > 1 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		var files int
		for _, r := range records {
			files += len(r.Files())
		}
		if parts, _ := filepath.Glob(filepath.Join(dest, "*", "part-*")); len(parts) != files {
			t.Errorf("%q is there, and %d files are listed", parts, files)
		}
	}
}
