package ddl

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/storage"
)

// checkFolders reports a file of another layout that lies in a folder of the table:
// who reads whole folders, at any depth, would take it for rows.
func (t *definition) checkFolders() error {
	folders := t.folders
	if len(t.partitions) == 0 {
		folders = []folder{{}}
	}
	slices.Sort(t.strangers)
	for _, f := range folders {
		if i, _ := slices.BinarySearch(t.strangers, f.name); i < len(t.strangers) && strings.HasPrefix(t.strangers[i], f.name) {
			return t.mixedError("%s is of another layout and lies in a folder of the table, where %s reads every file", storage.Shown(t.strangers[i]), t.Dialect)
		}
	}
	return nil
}

// checkFound reports a file of another layout that would be found by who looks for
// folders by their names: for each partition column, values are the folders that are
// looked into; nil means any.
func (t *definition) checkFound(who string, values [][]string) error {
	for _, name := range t.strangers {
		parts := strings.Split(name, "/")
		found := len(parts) > len(t.partitions)
		for i := 0; found && i < len(t.partitions); i++ {
			value, ok := strings.CutPrefix(parts[i], t.partitions[i].String()+"=")
			found = ok && (values[i] == nil || slices.Contains(values[i], value))
		}
		if found {
			return t.mixedError("%s is of another layout, and %s would find it", storage.Shown(name), who)
		}
	}
	return nil
}

// mixedError is for a table that the dialect cannot tell from another in the same place.
func (t *definition) mixedError(format string, args ...any) error {
	return &storage.Error{
		Op: "describe", Name: t.dest, Err: fmt.Errorf(format, args...),
		Hint: "DuckDB can tell layouts apart: --dialect duckdb; for other readers convert the jobs of one layout into a DEST of their own",
	}
}
