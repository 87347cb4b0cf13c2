package convert

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// damages returns ways to damage a table: each takes a file of the second task.
func damages() map[string]func(t *testing.T, name string) {
	check := func(t *testing.T, err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string]func(t *testing.T, name string){
		"deleted": func(t *testing.T, name string) { check(t, os.Remove(name)) },
		"cut":     func(t *testing.T, name string) { check(t, os.Truncate(name, 3)) },
		"grown": func(t *testing.T, name string) {
			data, err := os.ReadFile(name)
			check(t, err)
			check(t, os.WriteFile(name, append(data, '\n'), 0o666))
		},
		"a folder": func(t *testing.T, name string) {
			check(t, os.Remove(name))
			check(t, os.Mkdir(name, 0o777))
		},
	}
}

// secondTask returns the files of a table that its second task wrote: parts and rejects.
func secondTask(t *testing.T, dest string) []string {
	t.Helper()
	var names []string
	for name := range storagetest.ReadTree(t, dest) {
		if strings.Contains(name, "-00001") && strings.Contains(filepath.Base(name), "part-") {
			if number, _, _ := strings.Cut(strings.SplitN(filepath.Base(name), "-", 3)[2], "."); strings.HasPrefix(number, "00001") {
				names = append(names, filepath.Join(dest, name))
			}
		}
	}
	slices.Sort(names)
	if len(names) < 2 || !strings.Contains(names[0], "/rejects/") {
		t.Fatalf("files are %q", names)
	}
	return names
}

// mendOptions are of tables whose folders are their job's, or shared, with few and
// with many files.
func mendOptions() []Options {
	shared, none, few := tableOptions, tableOptions, tableOptions
	shared.PartitionBy = []schema.Column{schema.TaskStatus, schema.ErrorCode}
	none.PartitionBy = []schema.Column{}
	few.PartitionBy, few.TargetFileSize = []schema.Column{schema.TaskStatus}, 1<<20
	return []Options{tableOptions, shared, none, few}
}

// What is missing of a table is made again, whatever it is and wherever it lay, and
// no more is read for it than the tasks that wrote it read.
func TestMend(t *testing.T) {
	t.Parallel()
	for i, o := range mendOptions() {
		for how, damage := range damages() {
			for _, which := range []string{"rejects", "part"} {
				t.Run(fmt.Sprint(i, how, which), func(t *testing.T) {
					t.Parallel()
					tb := newTable(t)
					if how == "a folder" && i != 0 {
						t.Skip("a folder is in the way of a file whatever the options are")
					}
					if _, err := tb.convert(t.Context(), t, disk.Store{}, o); err != nil {
						t.Fatal(err)
					}
					want := storagetest.ReadTree(t, tb.dest)
					names := secondTask(t, tb.dest)
					name := names[0]
					if which == "part" {
						name = names[len(names)-1]
					}
					damage(t, name)
					dry := o
					dry.DryRun = true
					before := storagetest.ReadTree(t, tb.dest)
					s, err := tb.convert(t.Context(), t, disk.Store{}, dry)
					if err != nil || s.Jobs[0].Outcome != Planned || s.Jobs[0].Totals.Files != 1 {
						t.Errorf("dry run: %+v, %v", s, err)
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
					if how == "a folder" {
						if err := os.Remove(name); err != nil { // nobody but its owner removes a folder
							t.Fatal(err)
						}
					}
					read := map[string]bool{}
					store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
						if op == "open" && strings.HasSuffix(name, ".csv") {
							read[name] = true
						}
						return nil
					}}
					s, err = tb.convert(t.Context(), t, store, o)
					if err != nil || s.Jobs[0].Outcome != Committed || len(read) != 1 {
						t.Errorf("read %d files: %+v, %v", len(read), s, err)
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
					if s, err = tb.convert(t.Context(), t, store, o); err != nil || s.Jobs[0].Outcome != Unchanged {
						t.Errorf("again: %+v, %v", s, err)
					}
				})
			}
		}
	}
}

// A folder that is gone with all that was in it is made again.
func TestMendFolder(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	want := storagetest.ReadTree(t, tb.dest)
	folders, err := filepath.Glob(tb.dest + "/job_id=*")
	if err != nil || len(folders) != 1 {
		t.Fatal(folders, err)
	}
	if err := os.RemoveAll(folders[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
}

// A folder that is a link holds what it holds.
func TestMendLinked(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(tb.dest + "/job_id=*/task_status=*")
	if err != nil || len(folders) == 0 {
		t.Fatal(folders, err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := errors.Join(os.Rename(folders[0], elsewhere), os.Symlink(elsewhere, folders[0])); err != nil {
		t.Fatal(err)
	}
	if s, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil || s.Jobs[0].Outcome != Unchanged {
		t.Errorf("got %+v, %v", s, err)
	}
}

// Commit says which tasks are to be run again, and commits what they wrote, with force
// and without.
func TestMendSteps(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		t.Run(fmt.Sprint(force), func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			p := tb.plan(t, tableOptions)
			for index := range p.Tasks() {
				if _, err := RunTask(t.Context(), disk.Store{}, p, index, Run{}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Commit(t.Context(), disk.Store{}, p, Change{}); err != nil {
				t.Fatal(err)
			}
			want := storagetest.ReadTree(t, tb.dest)
			if err := os.Remove(secondTask(t, tb.dest)[1]); err != nil {
				t.Fatal(err)
			}
			// A task does not look.
			if s, err := RunTask(t.Context(), disk.Store{}, p, 1, Run{}); err != nil || s.Outcome != Unchanged {
				t.Errorf("task: %+v, %v", s, err)
			}
			for _, dryRun := range []bool{true, false} {
				s, err := Commit(t.Context(), disk.Store{}, p, Change{DryRun: dryRun})
				if err == nil || !strings.Contains(err.Error(), "run task 1 with --force, then commit again") || s.Jobs[0].Outcome != Failed {
					t.Errorf("commit, dry run %t: %+v, %v", dryRun, s, err)
				}
			}
			if _, err := RunTask(t.Context(), disk.Store{}, p, 1, Run{Change: Change{Force: true}}); err != nil {
				t.Fatal(err)
			}
			if s, err := Commit(t.Context(), disk.Store{}, p, Change{Force: force}); err != nil || s.Jobs[0].Outcome != Committed {
				t.Errorf("commit: %+v, %v", s, err)
			}
			storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
			if s, err := Commit(t.Context(), disk.Store{}, p, Change{}); err != nil || s.Jobs[0].Outcome != Unchanged {
				t.Errorf("commit again: %+v, %v", s, err)
			}
		})
	}
}

// Another version of the program cannot make what is missing: it says so.
func TestMendOtherVersion(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	older := tableOptions
	older.Version = "1.0.0"
	if _, err := tb.convert(t.Context(), t, disk.Store{}, older); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(secondTask(t, tb.dest)[1]); err != nil {
		t.Fatal(err)
	}
	before := storagetest.ReadTree(t, tb.dest)
	s, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions)
	if err == nil || !strings.Contains(err.Error(), "--force") || !strings.Contains(err.Error(), "version 1.0.0") || s.Jobs[0].Outcome != Failed {
		t.Errorf("got %+v, %v", s, err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), before)
	forced := tableOptions
	forced.Force = true
	if _, err := tb.convert(t.Context(), t, disk.Store{}, forced); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
}

// Mending that fails at any call is finished by the same command.
func TestMendFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	want := cleanTable(t, tableOptions)
	for _, op := range []string{"list", "stat", "get", "create", "commit", "put", "swap", "publish", "check"} {
		for n := 1; ; n++ {
			tb := newTable(t)
			if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
				t.Fatal(err)
			}
			for _, name := range secondTask(t, tb.dest)[:2] {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			}
			store := &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth(op, n, broken)}
			_, failed := tb.convert(t.Context(), t, store, tableOptions)
			if failed != nil && !errors.Is(failed, broken) {
				t.Errorf("%s %d: %v", op, n, failed)
			}
			if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
				t.Errorf("%s %d: again: %v", op, n, err)
			}
			got := storagetest.ReadTree(t, tb.dest)
			maps.DeleteFunc(got, func(name, _ string) bool { return strings.Contains(name, "/pending/") })
			storagetest.CompareTrees(t, got, want)
			if failed == nil {
				break
			}
		}
	}
}
