package location

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// TestSwapped checks that the hint comes where the names are the wrong way round, and nowhere else.
func TestSwapped(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name string) string {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	report := filepath.Dir(write("job/manifest.json"))
	rows, other := write("rows.csv"), filepath.Dir(write("other/x"))
	none := filepath.Join(folder, "none")
	missing := func(name string) error {
		return &storage.Error{Op: "read", Name: name, Err: fs.ErrNotExist}
	}
	for _, test := range []struct {
		name, source, dest string
		err                error
		want               bool
	}{
		{"a job", none, report, missing(none), true},
		{"a manifest", none, filepath.Join(report, "manifest.json"), missing(none), true},
		{"rows", none, rows, missing(none), true},
		{"of DEST", none, rows, &storage.Error{Op: "list", Name: rows, Err: errors.New("not a folder")}, true},
		{"the source is there", other, report, missing(other), false},
		{"DEST has no report", none, other, missing(none), false},
		{"DEST is not there", none, filepath.Join(folder, "new"), missing(none), false},
		{"of another name", none, report, missing(rows), false},
		{"for another reason", none, report, &storage.Error{Op: "read", Name: none, Err: errors.New("denied")}, false},
		{"standard input", storage.Stdio, report, missing(storage.Stdio), false},
		{"standard output", none, storage.Stdio, missing(none), false},
		{"not of a store", none, report, errors.New("other"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Swapped(t.Context(), disk.Store{}, []string{test.source}, test.dest, test.err)
			if !errors.Is(got, test.err) {
				t.Fatalf("the error is lost: %v", got)
			}
			if has := strings.HasPrefix(fault.Hint(got), "SOURCE comes first and DEST last: "); has != test.want {
				t.Errorf("the hint is %q", fault.Hint(got))
			}
		})
	}
	if err := missing(none); Swapped(t.Context(), disk.Store{}, []string{none, rows}, report, err) != err { //nolint:errorlint // the same error is wanted
		t.Error("two sources are taken for the wrong way round")
	}
}

func TestFolderOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"a": ".", "a/b": "a/", "/a": "/", "s3://b/a/c": "s3://b/a/"} {
		if got := FolderOf(name); got != want {
			t.Errorf("%s is in %s, want %s", name, got, want)
		}
	}
}

// TestTidying checks that folders go which are empty and were not there before.
func TestTidying(t *testing.T) {
	t.Parallel()
	dest := filepath.Join(t.TempDir(), "a", "b")
	tidy := Tidying(dest)
	if err := os.MkdirAll(dest, 0o755); err != nil {
		t.Fatal(err)
	}
	tidy()
	if _, err := os.Stat(filepath.Dir(dest)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	for _, elsewhere := range []string{storage.Stdio, "s3://b/t"} {
		Tidying(elsewhere)() // there are no folders
	}
}
