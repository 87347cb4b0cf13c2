package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestContributing checks that every path exists that CONTRIBUTING.md names, or the
// README where it says where the code is.
func TestContributing(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	for _, tt := range []struct{ file, from string }{
		{".github/CONTRIBUTING.md", "# Contributing\n"},
		{"README.md", "## The code\n"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(root, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			_, section, ok := strings.Cut(string(text), tt.from)
			if !ok {
				t.Fatalf("no %q", tt.from)
			}
			paths := namedPaths(section)
			if len(paths) == 0 {
				t.Error("it names no path")
			}
			for _, path := range paths {
				if _, err := os.Stat(filepath.Join(root, path)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// namedPath matches a path in backquotes: it has a slash or the ending of a file.
var namedPath = regexp.MustCompile("`([\\w.-]+(?:/[\\w.-]+)+|[\\w.-]+\\.(?:go|md|mod|yml))`")

// namedPaths returns the paths in backquotes.
func namedPaths(text string) (paths []string) {
	for _, match := range namedPath.FindAllStringSubmatch(text, -1) {
		paths = append(paths, match[1])
	}
	return paths
}

func TestNamedPaths(t *testing.T) {
	t.Parallel()
	got := namedPaths("`convert/ddl`, `go.mod` and `.golangci.yml`; not `make test`, `--format`, `kindNames`, `go test ./schema -run Observed`")
	if want := "convert/ddl go.mod .golangci.yml"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}
