package convert

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// unread is a store that fails the test where a result file is read.
func unread(t *testing.T) storage.Store {
	return &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
		if op == "open" && strings.HasSuffix(name, ".csv") {
			t.Errorf("%s is read again", name)
		}
		return nil
	}}
}

// Claims that the program made before claims named results are finished, or taken back, as
// if it had done so itself.
func TestClaimsOfBefore(t *testing.T) {
	t.Parallel()
	const source = "../testdata/reports/several"
	o := Options{Spec: table.Spec{TaskSize: 64, Format: table.NDJSON, Compression: table.None}}
	other := o
	other.RawMessage = table.RawDrop
	clean := func(o Options) map[string]string {
		dest := filepath.Join(t.TempDir(), "table")
		if _, err := Convert(t.Context(), disk.Store{}, []string{source}, dest, o); err != nil {
			t.Fatal(err)
		}
		return storagetest.ReadTree(t, dest)
	}
	for _, claim := range []string{"claimed", "half", "replacing", "withdrawn"} {
		for _, o := range []Options{o, other} {
			dest := filepath.Join(t.TempDir(), "table")
			storagetest.WriteTree(t, dest, storagetest.ReadTree(t, filepath.Join("../testdata/claims/1", claim)))
			store := storage.Store(disk.Store{})
			if o.RawMessage != table.RawDrop && claim != "withdrawn" {
				store = unread(t)
			}
			if _, err := Convert(t.Context(), store, []string{source}, dest, o); err != nil {
				t.Errorf("%s: %v", claim, err)
			}
			got := storagetest.ReadTree(t, dest)
			maps.DeleteFunc(got, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
			storagetest.CompareTrees(t, got, clean(o))
		}
	}
}

// claimed returns a table whose commit ended when it had been claimed, its plan, and the
// folder of what is pending.
func claimed(t *testing.T, replacing bool) (tb testTable, p *plan.Plan, pending string) {
	t.Helper()
	tb = newTable(t)
	tb.before(t, replacing)
	stop := errors.New("stop")
	store := &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth("publish", 1, stop)}
	dead := false
	store.Before = func(op, _ string) error {
		if dead = dead || op == "publish"; dead {
			return stop
		}
		return nil
	}
	if _, err := tb.convert(t.Context(), t, store, tableOptions); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	p = tb.plan(t, tableOptions)
	return tb, p, filepath.Join(tb.dest, ledger.StateFolder, reporttest.JobA, "pending", p.Jobs[0].Fingerprint)
}

// A claim names results, and copies nothing of them; programs that would publish nothing of
// it refuse it.
func TestClaimNamesResults(t *testing.T) {
	t.Parallel()
	tb, _, _ := claimed(t, false)
	data, err := os.ReadFile(filepath.Join(tb.dest, ledger.StateFolder, reporttest.JobA, "commit.json"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{`"batchreport_record": 3,`: true, `"results": [`: true, `"pendings"`: false, `"staged"`: false} {
		if strings.Contains(string(data), text) != want {
			t.Errorf("%s: %t; want %t:\n%s", text, !want, want, data)
		}
	}
	if _, err := tb.convert(t.Context(), t, unread(t), tableOptions); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
}

// A result that is gone under a claim, or says something else, is made again; or the
// claim is replaced, or taken back.
func TestClaimWithoutResult(t *testing.T) {
	t.Parallel()
	// rewrite changes a result, with its checksum.
	rewrite := func(t *testing.T, name string, change func(r *ledger.TaskResult)) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var r ledger.TaskResult
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatal(err)
		}
		change(&r)
		if data, err = json.MarshalIndent(r, "", " "); err != nil {
			t.Fatal(err)
		}
		rest := data[1:]
		write(t, name, fmt.Sprintf("{\n \"crc32\": %q,%s", storage.FormatCRC32(crc32.ChecksumIEEE(rest)), rest))
	}
	for what, damage := range map[string]func(t *testing.T, name string){
		"gone":  func(t *testing.T, name string) { remove(t, name) },
		"cut":   func(t *testing.T, name string) { write(t, name, "{") },
		"other": func(t *testing.T, name string) { rewrite(t, name, func(r *ledger.TaskResult) { r.Index = 0 }) },
		"checksum": func(t *testing.T, name string) {
			rewrite(t, name, func(r *ledger.TaskResult) { r.Parts[0].Pending.CRC32 = "AAAAAA==" })
		},
		"size": func(t *testing.T, name string) {
			rewrite(t, name, func(r *ledger.TaskResult) { r.Parts[0].Pending.Size++ })
		},
		"fewer": func(t *testing.T, name string) { rewrite(t, name, func(r *ledger.TaskResult) { r.Rejects = nil }) },
		"name": func(t *testing.T, name string) {
			rewrite(t, name, func(r *ledger.TaskResult) { r.Parts[0].Part.Name = "../../x" })
		},
	} {
		for _, replacing := range []bool{false, true} {
			for _, then := range []string{"convert", "other options", "commit", "abort"} {
				if what == "gone" && then != "convert" && replacing {
					continue // each waits for others that may have taken it away
				}
				t.Run(fmt.Sprintf("%s, replacing %t, then %s", what, replacing, then), func(t *testing.T) {
					t.Parallel()
					tb, p, pending := claimed(t, replacing)
					old := tableOf(t, tb.dest)
					damage(t, filepath.Join(pending, "task-00001.json"))
					want := cleanTable(t, tableOptions)
					switch then {
					case "convert":
						if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
							t.Fatal(err)
						}
					case "other options":
						if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
							t.Fatal(err)
						}
						want = cleanTable(t, otherOptions())
					case "commit":
						if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err == nil || !strings.Contains(err.Error(), "not been run to") {
							t.Errorf("error is %v", err)
						}
						for index := range p.Tasks() {
							if _, err := RunTask(t.Context(), disk.Store{}, p, index, Run{}); err != nil {
								t.Fatal(err)
							}
						}
						if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err != nil {
							t.Fatal(err)
						}
					case "abort":
						if _, err := Abort(t.Context(), disk.Store{}, p, Change{}); err != nil {
							t.Fatal(err)
						}
						storagetest.CompareTrees(t, tableOf(t, tb.dest), old)
						return
					}
					got := storagetest.ReadTree(t, tb.dest)
					if then == "other options" && !replacing { // what the lost one left is for clean
						maps.DeleteFunc(got, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
					}
					storagetest.CompareTrees(t, got, want)
				})
			}
		}
	}
}

// A task that is run again under a claim writes its result again: what it says then is as
// good.
func TestClaimWithResultOfTwin(t *testing.T) {
	t.Parallel()
	tb, p, pending := claimed(t, true)
	name := filepath.Join(pending, "task-00001.json")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	remove(t, name)
	if s, err := RunTask(t.Context(), disk.Store{}, p, 1, Run{}); err != nil || s.Outcome != Written {
		t.Fatalf("%+v, %v", s, err)
	}
	if after, err := os.ReadFile(name); err != nil || string(after) == string(before) {
		t.Fatalf("the result is as it was: %v", err)
	}
	if _, err := Commit(t.Context(), unread(t), p, Change{}); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
}

// What a claim names is kept by whatever tidies up.
func TestClaimKeepsResults(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	tb.before(t, true)
	p := tb.plan(t, otherOptions()) // of the table that is there
	// A forced run of the same options claims, and ends.
	stop := errors.New("stop")
	store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) error {
		if op == "publish" {
			return stop
		}
		return nil
	}}
	o := otherOptions()
	o.Force = true
	claim := func() {
		if _, err := tb.convert(t.Context(), t, store, o); !errors.Is(err, stop) {
			t.Fatal(err)
		}
	}
	// Another one, of other options, has looked before that, and finds what is pending of
	// the record that it saw.
	claiming := false
	late := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
		if op == "list" && strings.HasSuffix(name, "/pending") && !claiming {
			claiming = true
			claim()
		}
		return nil
	}}
	held := (*ledger.HeldError)(nil)
	if _, err := tb.convert(t.Context(), t, late, tableOptions); !claiming || !errors.As(err, &held) {
		t.Fatalf("error is %v", err)
	}
	if _, err := Abort(t.Context(), disk.Store{}, p, Change{}); err == nil || !strings.Contains(err.Error(), "its commit has begun") {
		t.Errorf("error is %v", err)
	}
	if _, err := tb.convert(t.Context(), t, unread(t), otherOptions()); err != nil {
		t.Fatal(err)
	}
	got := storagetest.ReadTree(t, tb.dest)
	maps.DeleteFunc(got, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
	storagetest.CompareTrees(t, got, cleanTable(t, otherOptions()))
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
