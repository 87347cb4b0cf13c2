package convert_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchreport/convert"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/convert/verify"
	"batchreport/schema"
)

// truth is what has become of an object, computed from its chain alone.
type truth struct {
	Final     string `json:"final_status"`
	Attempts  int64  `json:"attempts_total"`
	First     string `json:"first_failed_at"`
	Last      string `json:"last_job_id"`
	Succeeded string `json:"succeeded_in_job"`
	ErrorCode string `json:"error_code"`
	raw       string // of the row that decides
}

func truthOf(c reporttest.Chains, o reporttest.Chain) truth {
	t := truth{Final: reporttest.StatusSucceeded, Attempts: int64(len(o.Attempts))}
	byJob := map[int][]reporttest.Attempt{}
	for _, a := range o.Attempts {
		byJob[a.Job] = append(byJob[a.Job], a)
	}
	for _, job := range slices.Sorted(maps.Keys(byJob)) {
		// A report has the rows that succeeded before those that failed.
		rows := byJob[job]
		slices.SortStableFunc(rows, func(a, b reporttest.Attempt) int { return strings.Compare(b.Row[3], a.Row[3]) })
		last := rows[len(rows)-1]
		t.raw, t.ErrorCode, t.Last = last.Raw, last.Row[5], c.JobID(job)
		t.Final = reporttest.StatusSucceeded
		for _, a := range rows {
			if !a.Failed {
				continue
			}
			t.Final = reporttest.StatusFailed
			if t.First == "" {
				at := c.Created(job).Format("2006-01-02T15:04:05.000Z")
				if _, text, ok := strings.Cut(a.Row[6], `"errorMessage":"`); ok {
					at = text[:len(at)]
				}
				t.First = at
			}
		}
		switch {
		case t.Final == reporttest.StatusFailed:
			t.Succeeded = ""
		case t.Succeeded == "":
			t.Succeeded = c.JobID(job)
		}
	}
	return t
}

// writeChains writes the reports of all jobs, and returns their folder.
func writeChains(t *testing.T, c reporttest.Chains) string {
	t.Helper()
	dir := t.TempDir()
	if kept := os.Getenv("BATCHREPORT_CHAINS_DIR"); kept != "" {
		dir = kept
	}
	storagetest.WriteTree(t, dir, c.Files(t, "reports/"))
	storagetest.WriteTree(t, dir, map[string]string{"input.csv": c.InputManifest()})
	return dir
}

// chainsOf returns the chains of a test: few, or as many objects as the environment says.
func chainsOf(seed uint64) reporttest.Chains {
	c := reporttest.Chains{Seed: seed, Objects: 1500, Jobs: 10}
	if n, err := strconv.Atoi(os.Getenv("BATCHREPORT_CHAINS")); err == nil {
		c.Objects = n
	}
	return c
}

// TestRetryChains compares the manifests of retries with what is known of generated
// chains of jobs.
func TestRetryChains(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := chainsOf(seed)
			dir := writeChains(t, c)
			failed, never := map[string]bool{}, map[string]bool{}
			retryable := map[string]bool{}
			var cancelled int64
			for i := range c.Objects {
				o := c.Object(i)
				if len(o.Attempts) == 0 {
					never[o.Name()] = true
					continue
				}
				switch got := truthOf(c, o); {
				case got.Final == reporttest.StatusFailed:
					failed[o.Bucket+"\n"+got.raw+"\n"+o.Version] = true
					if got.ErrorCode == "SlowDown" || got.ErrorCode == "PermanentFailure" {
						retryable[o.Bucket+"\n"+got.raw+"\n"+o.Version] = true
					}
				case got.First != "":
					cancelled++
				}
			}
			if cancelled == 0 || len(failed) == 0 || len(never) == 0 || len(retryable) == len(failed) {
				t.Fatal("the chains do not show enough")
			}
			for _, tt := range []struct {
				name string
				o    convert.RetryOptions
				want map[string]bool
			}{
				{"all", convert.RetryOptions{}, failed},
				{"retryable", convert.RetryOptions{RetryableOnly: true}, retryable},
			} {
				manifest := filepath.Join(dir, tt.name+".csv")
				tt.o.TempDir = t.TempDir()
				r, err := convert.Retry(t.Context(), disk.Store{}, []string{filepath.Join(dir, "reports")}, manifest, tt.o)
				if err != nil {
					t.Fatal(err)
				}
				compareSets(t, tt.name, readManifests(t, manifest), tt.want)
				if r.Objects() != int64(len(tt.want)) || r.LeftOut.Succeeded != cancelled || r.LeftOut.NotRetryable != int64(len(failed)-len(tt.want)) {
					t.Errorf("%s: %d objects of %d, left out %+v, %d cancelled", tt.name, r.Objects(), len(tt.want), r.LeftOut, cancelled)
				}
			}

			// What never ran, where all jobs were cancelled before they came to it.
			manifest := filepath.Join(dir, "never.csv")
			_, err := convert.Retry(t.Context(), disk.Store{}, []string{filepath.Join(dir, "reports")}, manifest,
				convert.RetryOptions{Of: filepath.Join(dir, "input.csv"), Causes: []string{convert.NeverRan}})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for name := range readManifests(t, manifest) {
				fields := strings.Split(name, "\n")
				key, _, ok := schema.FormEncoding.Decode(nil, []byte(fields[1]))
				if !ok {
					t.Errorf("%q cannot be decoded", fields[1])
				}
				got[fields[0]+"\n"+string(key)+"\n"+fields[2]] = true
			}
			compareSets(t, "never ran", got, never)
		})
	}
}

// readManifests reads a manifest, and that of the versions beside it, with a reader that
// is not ours. Each object must be there once.
func readManifests(t *testing.T, name string) map[string]bool {
	t.Helper()
	got := map[string]bool{}
	for i, name := range []string{name, strings.TrimSuffix(name, ".csv") + "-versions.csv"} {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := csv.NewReader(f)
		r.FieldsPerRecord = 2 + i
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			object := strings.Join(append(row, "")[:3], "\n")
			if got[object] {
				t.Errorf("%q is there twice", object)
			}
			got[object] = true
		}
	}
	return got
}

func compareSets(t *testing.T, what string, got, want map[string]bool) {
	t.Helper()
	same := map[string]bool{} // encoding/csv reads CRLF as LF
	for name := range want {
		same[strings.ReplaceAll(name, "\r\n", "\n")] = true
	}
	for name := range got {
		if name := strings.ReplaceAll(name, "\r\n", "\n"); !same[name] {
			t.Errorf("%s: %q should not be there", what, name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d objects instead of %d", what, len(got), len(want))
	}
}

// TestOutcomeChains compares a table of outcomes with what is known of the chains.
func TestOutcomeChains(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := chainsOf(seed)
			dir := writeChains(t, c)
			dest := filepath.Join(dir, "table")
			o := convert.Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None, TargetFileSize: 100_000}}
			o.TempDir = t.TempDir()
			s, err := convert.MakeOutcome(t.Context(), disk.Store{}, []string{filepath.Join(dir, "reports")}, dest, "", o)
			if err != nil {
				t.Fatal(err)
			}
			got := readOutcomes(t, dest)
			sameWithWorkers(t, dir, dest, o)
			var rows, objects int64
			for i := range c.Objects {
				o := c.Object(i)
				if len(o.Attempts) == 0 {
					continue
				}
				rows, objects = rows+int64(len(o.Attempts)), objects+1
				want := truthOf(c, o)
				want.raw = ""
				if row, ok := got[o.Name()]; !ok || row != want {
					t.Errorf("%q has come to\n%+v, not\n%+v", o.Name(), row, want)
				}
			}
			if total := s.Totals; int64(len(got)) != objects || total.RowsOut != objects || total.RowsIn != rows || total.Merged != rows-objects {
				t.Errorf("%d rows of %d objects: got %d, and %+v", rows, objects, len(got), total)
			}
			result, err := verify.Table(t.Context(), disk.Store{}, dest, verify.Options{})
			if err != nil || len(result.Findings) > 0 {
				t.Error(err, result.Findings)
			}
		})
	}
}

// sameWithWorkers makes a table again with other numbers of workers: its bytes are the same.
func sameWithWorkers(t *testing.T, dir, dest string, o convert.Options) {
	t.Helper()
	for _, workers := range []int{1, 5} {
		o.Workers = workers
		again := filepath.Join(t.TempDir(), "again")
		if _, err := convert.MakeOutcome(t.Context(), disk.Store{}, []string{filepath.Join(dir, "reports")}, again, "", o); err != nil {
			t.Fatal(err)
		}
		storagetest.CompareTrees(t, storagetest.ReadTree(t, again), storagetest.ReadTree(t, dest))
	}
}

// readOutcomes reads a table of outcomes in NDJSON, by the names of the objects.
func readOutcomes(t *testing.T, dest string) map[string]truth {
	t.Helper()
	got := map[string]truth{}
	names, err := filepath.Glob(filepath.Join(dest, "final_status=*", "*.ndjson"))
	if err != nil || len(names) < 2 {
		t.Fatal(err, names)
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var row struct {
				truth
				Bucket  string `json:"bucket"`
				Key     string `json:"key"`
				Version string `json:"version_id"`
			}
			if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			row.Final = strings.TrimPrefix(filepath.Base(filepath.Dir(name)), "final_status=")
			object := strings.Join([]string{row.Bucket, row.Key, row.Version}, "\n")
			if _, twice := got[object]; twice {
				t.Errorf("%q is there twice", object)
			}
			got[object] = row.truth
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return got
}
