package disk_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, folder := range []string{"table/a/b", "far/c", "far/d"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"table/back":     ".",
		"table/up":       "..",
		"table/root":     "/",
		"table/a/alias":  "b",
		"table/a/twice":  "../a/b",
		"table/far":      "../far",
		"far/c/on":       "../d",
		"far/d/round":    "../../table",
		"table/file":     "a",
		"table/nowhere":  "missing",
		"table/circular": "circular",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for l, err := range storage.Links(t.Context(), storage.NewMux(disk.Store{}, nil), dir+"/table") {
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(l.Name, dir+"/table/")
		if l.Again {
			name += " again"
		}
		got = append(got, name)
	}
	slices.Sort(got)
	// What lies behind round is the table, from which the walk came.
	for _, want := range []string{"a/alias", "a/twice again", "back again", "far", "far/c/on", "root again", "up again"} {
		if !slices.Contains(got, want) {
			t.Errorf("links are %q; want %q", got, want)
		}
	}
	if len(got) > 30 {
		t.Errorf("%d links, some of them over and over: %q", len(got), got)
	}
}
